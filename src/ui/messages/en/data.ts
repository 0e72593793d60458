import type { DatasetSourceInfo } from "../../../data/dataset.ts";
import { integer } from "../../format.ts";

/** Words about data sets. */
export const enData = {
  title: "Data",
  intro:
    "Images are kept in this browser, checked by SHA-256, and used from here by every experiment. Deleting them harms no result.",
  about: {
    cifar10: "60,000 colour photographs of 32 × 32 pixels in 10 classes.",
    shapes10:
      "Drawn shapes of 32 × 32 pixels in 10 classes, made from a seed in this browser. No download.",
    mnist: "70,000 handwritten digits, 28 × 28 pixels of grey.",
    "fashion-mnist": "70,000 articles of clothing in 10 classes, 28 × 28 pixels of grey.",
    cifar100: "60,000 colour photographs of 32 × 32 pixels in 100 classes.",
  } as Readonly<Record<string, string>>,
  images: (count: number, width: number, height: number, classes: number) =>
    `${integer(count)} images of ${width} × ${height} pixels in ${classes} classes.`,
  cached: (size: string) => `Complete, ${size} in this browser.`,
  partial: (done: number, all: number) => `${done} of ${all} parts are here.`,
  absent: "Not in this browser.",
  remove: "Delete",
  removeSure: "Delete these images from this browser?",
  get: "Get it now",
  cachedHere: "The images are in this browser already.",
  imagesFrom: "Images from",
  dropOne: (names: string) => `Drop the official ${names} here.`,
  dropAll: (names: string) => `Drop these files here together: ${names}.`,
  pick: "Choose files…",
  source: (kind: DatasetSourceInfo["kind"], origin: string | null) =>
    ({
      generated: "made here",
      "same-origin": "this site",
      "public-host": origin?.replace("https://", "") ?? "a public host",
      file: "the files you chose",
    })[kind],
  phase: {
    checking: "Checking what is here",
    generating: "Drawing images",
    downloading: "Downloading",
    offline: "Offline; the download goes on when the network is back",
    unpacking: "Unpacking",
    verifying: "Verifying",
    storing: "Storing",
    done: "Done",
  },
  bytesOf: (done: string, total: string) => `${done} of ${total}`,
  storage: (used: string, quota: string) =>
    `This page uses ${used} of about ${quota} the browser allows.`,
  persisted: "The browser keeps it until you delete it.",
  notPersisted: "The browser may delete it when the disk is full.",
};
