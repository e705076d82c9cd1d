/** What the reader dropped or chose, as a package. */

import { droppedFiles, folderPackage, pickedFiles } from "../verify/folder";
import type { Package } from "../verify/package";
import { openZip } from "../verify/zip";

/** A drop must be read at once: the list is empty after the event. */
export function dropped(transfer: DataTransfer): (() => Promise<Package>) | null {
  const [entry] = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((one) => one !== null);
  const [file] = transfer.files;
  if (isFolder(entry)) return async () => folderPackage(await droppedFiles(entry), entry.name);
  return file === undefined ? null : () => openZip(file, file.name);
}

function isFolder(entry: FileSystemEntry | undefined): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}

export function chosenZip(input: HTMLInputElement): (() => Promise<Package>) | null {
  const file = input.files?.[0];
  return file === undefined ? null : () => openZip(file, file.name);
}

export function chosenFolder(input: HTMLInputElement): (() => Promise<Package>) | null {
  const files = [...(input.files ?? [])];
  const label = files[0]?.webkitRelativePath.split("/")[0] ?? "";
  return files.length === 0 ? null : () => Promise.resolve(folderPackage(pickedFiles(files), label));
}
