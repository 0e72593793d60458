import type { ErrorCode } from "../../../core/errors.ts";

/** What happened, what was kept, what to do: one sentence or two per code. */
export const enErrors = {
  errors: {
    "search-space-invalid": "The search space cannot be used as it is.",
    "search-space-exhausted": "Every configuration of the search space has been tried.",
    "config-invalid": "The configuration cannot be used as it is.",
    "parameter-invalid": "These parameters cannot be used.",
    "tuner-unsupported": "This tuner is not available here; choose another one.",
    "tuner-argument-invalid": "A setting of the tuner is not valid.",
    "assessor-unsupported": "This assessor is not available here.",
    "assessor-argument-invalid": "A setting of the assessor is not valid.",
    "journal-invalid": "The stored experiment is damaged. Other experiments are not affected.",
    "experiment-unknown":
      "There is no such experiment here: it was deleted, or belongs to another browser or profile.",
    "dataset-unavailable":
      "The images are not here and this source does not have them. Choose another source, or drop the data set’s official files.",
    "dataset-unknown": "There is no data set of that name here.",
    "dataset-corrupt":
      "The images did not pass their check and were not used. Get them again, perhaps from another source.",
    "dataset-format": "These are not the images of this data set in one of its official forms.",
    "download-failed":
      "The download broke off. What arrived is kept; start again to go on from there.",
    "storage-quota":
      "The browser has no space left for this page. Delete data or old experiments; finished trials are kept.",
    "storage-failed":
      "The browser refused to store something. Results so far are kept; reload the page to try again.",
    "storage-version":
      "This experiment was written by a newer version of this page. Reload to get it.",
    "gpu-unavailable":
      "No GPU can be used at the moment. Training goes on by itself when one comes back; otherwise reload the page.",
    "gpu-lost": "The GPU was lost. The trial goes on from its last saved step.",
    "gpu-validation":
      "The GPU reported an error, so the result was thrown away rather than trusted.",
    "gpu-memory": "This does not fit into the GPU’s memory. Use a smaller batch size or width.",
    "gpu-wrong-result":
      "The GPU failed a known calculation and is not used: its results could not be trusted.",
    "network-invalid": "These parameters do not describe a network that can be built.",
    "network-too-large": "The network is too large for this device.",
    diverged:
      "Training diverged: the loss is no longer a number. A smaller learning rate usually helps.",
    "checkpoint-corrupt":
      "The saved weights are missing or damaged and are not used. A trial that needs them starts again from its last good state.",
    "weights-gone":
      "The weights this trial ended with are not kept. Its results are; a new trial with the same parameters trains such weights again.",
    "worker-died": "A worker of this page stopped unexpectedly. Its work is started again.",
    "worker-timeout": "A worker of this page no longer answered and was replaced.",
    "link-invalid":
      "This link is incomplete or was changed on the way. Ask for it again, or for a file.",
    "link-too-large": "The experiment is too large for a link; a file holds it.",
    "file-invalid": "This cannot be read: it is damaged, or not what this page takes.",
    "not-writer":
      "This experiment is open in another tab. It can be changed there, or here once that tab is closed.",
    aborted: "Cancelled.",
    internal:
      "Something went wrong inside the page. Results so far are kept; reload the page to go on.",
  } satisfies Record<ErrorCode, string>,
};
