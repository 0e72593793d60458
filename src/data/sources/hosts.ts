/** Origins of the public data hosts: the one list from which both the sources and the content security policy are made. */
export const publicOrigins: readonly string[] = [
  "https://storage.googleapis.com",
  "https://raw.githubusercontent.com",
  "https://huggingface.co",
  "https://ossci-datasets.s3.amazonaws.com",
];
