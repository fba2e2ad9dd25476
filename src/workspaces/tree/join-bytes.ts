const SLASH = Buffer.from("/");

/** The path of something in a folder, both as bytes. @param folder relative; empty for the folder from which paths begin */
export function joinBytes(folder: Buffer, path: Buffer): Buffer {
  return folder.length === 0 ? path : Buffer.concat([folder, SLASH, path]);
}
