import { Route, Routes } from "react-router";
import { NotFound } from "../app/not-found.tsx";
import { AddressBookPage } from "./address-book-page.tsx";
import { AttemptsPage } from "./attempts-page.tsx";
import { CallSettingsPage } from "./call-settings-page.tsx";
import { ConnectionTestPage } from "./connection-test-page.tsx";
import { DataPage } from "./data-page.tsx";
import { DevicesPage } from "./devices-page.tsx";
import { PersonByPersonPage } from "./person-by-person-page.tsx";
import { PresetsPage } from "./presets-page.tsx";
import { NoSettingPicked, SettingsPage } from "./settings-page.tsx";

/** Everything below /settings: fetched when it is first opened. */
export function SettingsRoutes() {
  return (
    <Routes>
      <Route element={<SettingsPage />}>
        <Route index element={<NoSettingPicked />} />
        <Route path="calls" element={<CallSettingsPage />} />
        <Route path="calls/people" element={<PersonByPersonPage />} />
        <Route path="calls/address-book" element={<AddressBookPage />} />
        <Route path="calls/attempts" element={<AttemptsPage />} />
        <Route path="calls/presets" element={<PresetsPage />} />
        <Route path="calls/connection" element={<ConnectionTestPage />} />
        <Route path="devices" element={<DevicesPage />} />
        <Route path="data" element={<DataPage />} />
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}
