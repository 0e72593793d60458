/** As much of an origin-private file system as is needed, in memory. */
export class FakeFolder {
  readonly kind = "directory";
  readonly children = new Map<string, FakeFolder | FakeFile>();

  async getDirectoryHandle(name: string, { create }: { create: boolean }): Promise<FakeFolder> {
    const found = this.children.get(name);
    if (found instanceof FakeFolder) return found;
    if (!create) throw missing(name);
    const folder = new FakeFolder();
    this.children.set(name, folder);
    return folder;
  }
  async getFileHandle(name: string, options?: { create: boolean }): Promise<FakeFile> {
    const found = this.children.get(name);
    if (found instanceof FakeFile) return found;
    if (!options?.create) throw missing(name);
    const file = new FakeFile(this, name);
    this.children.set(name, file);
    return file;
  }
  async removeEntry(name: string): Promise<void> {
    if (!this.children.delete(name)) throw missing(name);
  }
  async *entries(): AsyncGenerator<[string, FakeFolder | FakeFile]> {
    yield* [...this.children];
  }
}

export class FakeFile {
  readonly kind = "file";
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  /** What writing ends with; null while there is space. */
  static full: DOMException | null = null;

  constructor(
    readonly folder: FakeFolder,
    public name: string,
  ) {}

  async getFile(): Promise<File> {
    if (this.folder.children.get(this.name) !== this) throw missing(this.name);
    return new File([this.bytes], this.name, { lastModified: 5 });
  }
  async createWritable(): Promise<object> {
    let written: Uint8Array<ArrayBuffer> = new Uint8Array();
    return {
      write: async (bytes: Uint8Array<ArrayBuffer>) => {
        if (FakeFile.full) throw FakeFile.full;
        written = bytes;
      },
      close: async () => {
        this.bytes = written.slice();
      },
    };
  }
  async move(name: string): Promise<void> {
    this.folder.children.delete(this.name);
    this.name = name;
    this.folder.children.set(name, this);
  }
}

const missing = (name: string): DOMException =>
  new DOMException(`there is no ${name}`, "NotFoundError");
