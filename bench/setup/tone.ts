const samplesPerSecond = 48_000;
const headerBytes = 44;

/**
 * A second of a tone without a gap, as a WAV file (RFC 2361 §A.1, PCM, mono, 16 bits). The microphone
 * that Chromium plays by itself beeps once in a while, and what is measured would be the pause.
 */
export function makeTone(): Buffer {
  const dataBytes = samplesPerSecond * 2;
  const file = Buffer.alloc(headerBytes + dataBytes);
  file.write("RIFF", 0);
  file.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(samplesPerSecond, 24);
  file.writeUInt32LE(samplesPerSecond * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(dataBytes, 40);
  for (let index = 0; index < samplesPerSecond; index++) {
    const sample = Math.sin((2 * Math.PI * 440 * index) / samplesPerSecond);
    file.writeInt16LE(Math.round(sample * 16_000), headerBytes + index * 2);
  }
  return file;
}
