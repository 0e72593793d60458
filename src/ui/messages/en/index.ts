import { enAnalysis } from "./analysis.ts";
import { enCharts } from "./charts.ts";
import { enData } from "./data.ts";
import { enErrors } from "./errors.ts";
import { enExports } from "./exports.ts";
import { enFacts } from "./facts.ts";
import { enPresets } from "./presets.ts";
import { enSetup } from "./setup.ts";
import { enWhy } from "./why.ts";
import { plural } from "./plural.ts";

/** Every visible string in English. `zh.ts` has the same keys; a test compares them. */
export const en = {
  ...enAnalysis,
  ...enCharts,
  ...enErrors,
  ...enFacts,
  ...enPresets,
  ...enSetup,
  ...enWhy,
  app: {
    skip: "Skip to the content",
    settings: "Page settings",
    language: "Language",
    lightTheme: "Use the light theme",
    darkTheme: "Use the dark theme",
    opening: "Opening …",
    cannotOpen: "This cannot be shown",
    toStart: "Back to the start page",
    outdated: "A newer version of this page is ready. What is running goes on after a reload.",
    reload: "Reload",
    tryAgain: "Try again",
    broken: "This page could not be drawn",
    brokenWhat:
      "Your experiments are kept, and what is running goes on. Reload the page; should this come back, go to the start page.",
    notLoaded: "This part of the page did not load",
    notLoadedWhat:
      "The connection may have broken off, or a newer version of the page has replaced it. Your experiments are kept, and what is running goes on.",
  },
  actions: {
    start: "Start",
    pause: "Pause",
    resume: "Resume",
    stop: "Stop",
    open: "Open",
    cancel: "Cancel",
    close: "Close",
    dismiss: "Dismiss",
    keep: "Keep it",
    save: "Save",
    rename: "Rename",
    delete: "Delete",
    export: "Export",
    more: "More",
    copied: "Copied",
    present: "Presenter view",
  },
  exports: enExports,
  home: {
    greeting: "Tune and train a neural network in this tab.",
    presets: "Ready-made experiments",
    startHere: "start here",
    adjust: "Change settings",
    ownFiles:
      "Or drop NNI’s search_space.json and config.yml, an experiment file, or a data set’s files anywhere.",
    pickFiles: "Choose files",
    paste: "Paste text",
    dropNow: "Drop it: nothing starts before you say so.",
    yourExperiments: "Your experiments",
    noneYet: "None yet. They are kept in this browser and nowhere else.",
  },
  recorded: {
    title: "Look at a finished one",
    what: "A recorded real experiment with all its curves. No GPU needed, nothing is computed.",
  },
  device: {
    measuring: "Measuring this device for a second …",
    none: "This device cannot be used for training. Finished and shared experiments can still be looked at.",
    backend: { webgpu: "WebGPU", webgl: "WebGL", cpu: "processor only" },
    half: (speedup: number | null) =>
      speedup === null
        ? "half precision possible"
        : `half precision ${speedup.toFixed(1)} times as fast`,
    speed: (flops: string) => `about ${flops} in training`,
    what: "What is this?",
    explain:
      "The graphics processor this browser lets the page use, and how fast a real training step ran on it just now. All times on this page are estimated from that measurement. Training stays on this device; no image and no result leaves it.",
    again: "Measure again",
    softwareTitle: "This browser computes graphics in software, so training is slow.",
    software:
      "Turn on hardware acceleration in the browser’s settings, update the graphics driver, or open this page in Chrome or Edge on a computer with a GPU. Small presets still work.",
    fallbackTitle: (backend: string) =>
      `WebGPU is not available; training uses ${backend} and is slower.`,
    fallback: (reason: string) =>
      ({
        "insecure-context": "WebGPU needs https or localhost. Open this page through either.",
        "no-webgpu":
          "This browser has no WebGPU. Current Chrome, Edge, Safari and Firefox do on most systems.",
        "no-adapter":
          "The browser found no usable GPU. Turn on hardware acceleration in its settings or update the graphics driver.",
        "device-failed":
          "The GPU refused to start. Reloading the page or restarting the browser often helps.",
      })[reason] ?? `Reason: ${reason}`,
  },
  cost: {
    time: "time here",
    download: "download",
    storage: "storage",
    gpu: "GPU memory",
    about: (value: string) => `about ${value}`,
    yourFiles: "your own files",
    alreadyHere: "nothing",
    measuring: "Time and memory follow once the device is measured.",
    misfit: (batch: number, largest: number) =>
      `Batch size ${batch} does not fit this GPU; the largest that does is ${largest}.`,
  },
  status: {
    idle: "ready",
    preparing: "preparing",
    running: "running",
    paused: "paused",
    done: "done",
    failed: "failed",
  },
  trialStatus: {
    WAITING: "waiting",
    RUNNING: "running",
    SUCCEEDED: "finished",
    FAILED: "failed",
    EARLY_STOPPED: "stopped early",
    USER_CANCELED: "cancelled",
  },
  strip: {
    title: "Status",
    best: "best",
    test: "on the test set",
    progress: (done: number, total: number) => `${done} of ${total} trials`,
    running: (count: number) => `${count} running`,
    stoppedEarly: (count: number) => `${count} stopped early`,
    failed: (count: number) => `${count} failed`,
    cancelled: (count: number) => `${count} cancelled`,
    left: (time: string) => `, about ${time} left`,
    stopSure:
      "End the experiment? Running trials are cancelled; more can be allowed later under Setup → Limits.",
    stopNow: "End it",
  },
  sentence: {
    join: (first: string, second: string) => (second ? `${first}; ${second}.` : `${first}.`),
    choosing: "Choosing the next trial",
    startup: (tuner: string, done: number, needed: number) =>
      `${tuner} is still exploring at random (${done} of ${needed})`,
    phase: {
      starting: (trial: number) => `Trial ${trial} is starting`,
      data: (trial: number) => `Trial ${trial} is loading its images`,
      compiling: (trial: number) => `Trial ${trial} is being compiled for this GPU`,
      training: (trial: number, epoch: number, epochs: number) =>
        `Trial ${trial} is in epoch ${epoch} of ${epochs}`,
      validating: (trial: number, epoch: number) =>
        `Trial ${trial} is being validated after epoch ${epoch}`,
      testing: (trial: number) => `Trial ${trial} is being tested on the test images`,
      saving: (trial: number) => `Trial ${trial} is saving its weights`,
      "waiting-for-gpu": (trial: number) => `Trial ${trial} is waiting for the GPU to come back`,
    } satisfies Record<string, (trial: number, epoch: number, epochs: number) => string>,
    idle: "Ready. Nothing has been computed yet.",
    again: (trials: number) => `Ready to go on: ${plural(trials, "trial is", "trials are")} here.`,
    preparing: "Getting the images ready.",
    paused: "Paused. Running trials were saved and go on exactly where they stopped.",
    sharedOpen: "It was not over yet when it was shared.",
    failed: "The experiment could not go on.",
    done: (reason: string, best: number | null) => {
      const end = best === null ? "No trial finished." : `Trial ${best} won.`;
      if (reason === "user") return `Stopped by you. ${end}`;
      if (reason === "time-limit") return `The time limit was reached. ${end}`;
      if (reason === "exhausted") return `Every configuration has been tried. ${end}`;
      return `All trials are done. ${end}`;
    },
  },
  tabs: {
    label: "Parts of the experiment",
    overview: "Overview",
    trials: "Trials",
    parameters: "Parameters",
    model: "Model",
    setup: "Setup",
    log: "Log",
  },
  now: {
    title: "Now",
    result: "Result",
    soon: "The first trial starts in a moment.",
    nothing: "Nothing is running.",
    noResult: "No trial was trained to its end, so there is no result.",
    epoch: (epoch: number, epochs: number) => `epoch ${epoch}/${epochs}`,
    speed: (value: string) => `${value} images/s`,
    loss: "loss",
    phase: {
      starting: "starting",
      data: "loading images",
      compiling: "compiling for this GPU",
      training: "training",
      validating: "validating",
      testing: "testing",
      saving: "saving",
      "waiting-for-gpu": "waiting for the GPU",
    },
  },
  table: {
    caption: "Trials",
    trial: "trial",
    status: "status",
    metric: "metric",
    epochs: "epochs",
    duration: "duration",
    details: "details",
    best: "best",
    soFar: "so far",
    sort: "Sort by",
    ascending: "Ascending; turn round",
    descending: "Descending; turn round",
    empty: "No trials yet.",
    expand: (trial: number) => `Details of trial ${trial}`,
    all: (count: number) => `Show all ${count} trials`,
  },
  filter: {
    label: "Show trials that are",
    search: "Find in parameters",
    hidden: (count: number) => `${plural(count, "trial", "trials")} hidden by the filter.`,
    clear: "Clear the filter",
    top: (share: string) => `best ${share}`,
    range: (axis: string) => `limited on ${axis}`,
  },
  trial: {
    name: (trial: number) => `trial ${trial}`,
    parameters: "Parameters",
    epochs: "Epochs",
    copyJson: "Copy as JSON",
    attempts: (count: number) =>
      `Picked up ${plural(count - 1, "time", "times")} after a pause, a reload or an error.`,
    precision: { f32: "Computed in single precision.", f16: "Computed in half precision." },
    kill: "End this trial",
    killSure: (trial: number) =>
      `End trial ${trial}? Its result so far is kept but does not count.`,
    clone: "Copy to a new trial",
    tags: "Tags",
    tagsHint: "Separated by commas",
    note: "Note",
    longer: "Train longer",
    moreEpochs: "more epochs",
    add: "Add a trial",
    addTitle: "Add a trial",
    addExplain:
      "It joins the queue and counts like any other trial. Values outside the search space are allowed.",
    addNotJson: 'Not yet JSON: write an object such as {"lr": 0.1}.',
    addSubmit: "Add to the queue",
  },
  share: {
    copyLink: "Copy link",
    copied:
      "Link copied. It contains the settings, all trials and their curves; nothing was uploaded.",
    copiedAddress: "Link copied.",
    tooLargeTitle: "Too large for a link",
    tooLarge:
      "This experiment does not fit into a link that chat programs and browsers pass on unharmed. A file holds all of it: whoever drops it on this page sees the same.",
    qr: "The link to this experiment as a QR code",
    scan: "Scan to see this experiment.",
    tooLargeForCode:
      "The link has grown too long for a code that a camera can read. “Copy link” still works.",
    linkTitle: "Link to this experiment",
    linkByHand: "The browser did not let the page copy. Select the link and copy it.",
  },
  shared: {
    intro: {
      link: "You are looking at an experiment that came with this link. Nothing runs, and nothing was stored.",
      file: "You are looking at an experiment from a file. Nothing runs, and nothing was stored.",
      recorded: "A recorded real experiment. Nothing runs, and nothing was stored.",
    },
    runHere: "Run it here",
    making: "Measuring this device and making the experiment …",
    runHereHint: "The same configuration and seed, from the first trial on.",
    continueHere: "Continue it here",
    continueHereHint: "Its finished trials become the tuner’s history.",
    keep: "Keep it in my list",
    keepHint: "As it is, with everything but the weights. Nothing starts.",
  },
  notices: {
    viewer: "Another tab runs this experiment; you are watching. It can be changed there.",
    testMetricTitle: "This experiment tunes on the test set.",
    testMetric:
      "Choosing the best of many trials by test accuracy makes that number too good: the test images took part in the choice. It is kept to compare with the original; for a result of your own use validation.",
    slots: (slots: number, wanted: number) =>
      `${plural(slots, "trial fits", "trials fit")} on this device at once; the settings allow ${wanted}.`,
    frozenTitle: (time: string) => `The browser paused this tab for ${time}.`,
    frozen:
      "It does so with hidden tabs to save energy. Nothing was computed and nothing is lost: training goes on where it was.",
    noRoomTitle: (size: string) =>
      `The browser has no space for a checkpoint of ${size}: training goes on without it.`,
    noRoom:
      "Weights of other finished trials have been deleted already; their results are kept. Should this page be closed, the running trial goes on from its last saved step. Delete other experiments or data sets to make room.",
    hiddenTitle: "This tab was in the background.",
    hidden:
      "Training goes on in a hidden tab, though some browsers slow it down to save energy. While the computer sleeps nothing is computed; afterwards it goes on from the last saved step.",
  },
  storageNews: {
    damaged: "The browser’s storage was damaged; Tabtune has repaired what it could.",
    restored: (name: string, count: number) =>
      `“${name}”: ${plural(count, "finished trial was", "finished trials were")} missing and came back from the second copy.`,
    lost: (name: string, count: number) =>
      `“${name}”: ${plural(count, "finished trial is", "finished trials are")} lost.`,
    setAside: (name: string, count: number) =>
      `“${name}”: ${plural(count, "record", "records")} could not be read; everything else was kept.`,
    mended: (name: string) => `“${name}”: its entry was made anew; nothing of it is missing.`,
    kept: (count: number) =>
      `${plural(count, "damaged record is", "damaged records are")} set aside.`,
    save: "Save as a file",
    forget: "Delete for good",
  },
  list: {
    progress: (done: number, total: number) => `${done}/${total}`,
    best: (value: string) => `best ${value}`,
    elsewhere: "in another tab",
    newName: "New name",
    renameOf: (name: string) => `Rename ${name}`,
    exportOf: (name: string) => `Export ${name}`,
    deleteOf: (name: string) => `Delete ${name}`,
    deleteTitle: (name: string) => `Delete “${name}” with its results and weights?`,
  },
  paste: {
    title: "Paste NNI’s files",
    explain:
      "Both NNI’s v1 and v2 forms are understood. You see how everything was read, and what it costs, before anything starts.",
    check: "Read it",
  },
  data: enData,
};

export type Messages = typeof en;
