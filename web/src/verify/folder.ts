/** A folder: dropped, or picked. A browser shows no links; what it lists counts as regular files. */

import { MEMBERS_MAX, piecesOf, type Package } from "./package";

export interface Named { readonly name: string; readonly file: File }

/** A package of files whose names begin below the folder. */
export function folderPackage(files: readonly Named[], label: string): Package {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const byName = new Map(sorted.map((one) => [one.name, one.file]));
  return {
    kind: "folder", label,
    members: sorted.map(({ name, file }) => ({ name, size: file.size, pieces: () => piecesOf(file) })),
    finish: () => Promise.resolve([]),
    blob: (name) => byName.get(name) ?? null,
  };
}

/** Files of `<input webkitdirectory>`: the first part of each path is the folder itself. */
export function pickedFiles(files: Iterable<File>): Named[] {
  return [...files].map((file) => ({ name: file.webkitRelativePath.split("/").slice(1).join("/"), file }));
}

/** Every file below a dropped folder. */
export async function droppedFiles(folder: FileSystemDirectoryEntry): Promise<Named[]> {
  const out: Named[] = [];
  const waiting: { entry: FileSystemDirectoryEntry; path: string }[] = [{ entry: folder, path: "" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const child of await children(next.entry)) {
      const path = `${next.path}${child.name}`;
      if (isFolder(child)) waiting.push({ entry: child, path: `${path}/` });
      else if (isFile(child)) out.push({ name: path, file: await fileOf(child) });
      if (out.length + waiting.length > MEMBERS_MAX) throw new Error("more files than this page reads");
    }
  }
  return out;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** A reader hands out at most a hundred children at a time. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader(), out: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return out;
    out.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
