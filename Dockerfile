# The server and its relay in one image: see docs/operations.md, In a container.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
# Installs what package-lock.json names, builds the web app and compiles the server.
RUN node scripts/prepare.mjs

FROM debian:bookworm-slim
# What Node is linked against besides the C library, and the certificates that pushes are checked by.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates libstdc++6 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /data ringfence \
  && install --directory --owner ringfence --mode 0700 /data
WORKDIR /app
COPY --from=build /app/package.json ./
# With it the Node that package-lock.json names.
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/packages ./packages
COPY --from=build /app/apps/server ./apps/server
COPY --from=build /app/apps/simulate ./apps/simulate
COPY --from=build /app/apps/web/dist ./apps/web/dist
ENV DATA_DIR=/data \
  NODE_COMPILE_CACHE=/app/node_modules/.cache/ringfence \
  PATH=/app/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
USER ringfence
VOLUME /data
EXPOSE 8480/tcp 8480/udp
STOPSIGNAL SIGTERM
# That the process is there; whether people can call says /readyz. A port with TLS answers by sending on.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "-e", \
  "fetch(`http://127.0.0.1:${process.env.PORT || 8480}/healthz`, { redirect: 'manual' }).then(({ status }) => process.exit(status < 400 ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "apps/server/src/cli/ringfence.ts"]
CMD ["start"]
