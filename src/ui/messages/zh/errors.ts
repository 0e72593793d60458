import type { enErrors } from "../en/errors.ts";

/** 每个错误码一两句话：发生了什么，保住了什么，该怎么办。 */
export const zhErrors: typeof enErrors = {
  errors: {
    "search-space-invalid": "这个搜索空间不能直接使用。",
    "search-space-exhausted": "搜索空间里的配置都试过了。",
    "config-invalid": "这份配置不能直接使用。",
    "parameter-invalid": "这些参数不能使用。",
    "tuner-unsupported": "这里没有这种调优算法，请换一种。",
    "tuner-argument-invalid": "调优算法的某项设置无效。",
    "assessor-unsupported": "这里没有这种早停评估。",
    "assessor-argument-invalid": "早停评估的某项设置无效。",
    "journal-invalid": "保存的实验已损坏，其他实验不受影响。",
    "experiment-unknown": "这里没有这个实验：它已被删除，或者属于别的浏览器或用户配置。",
    "dataset-unavailable":
      "本机没有这些图像，这个来源也没有。请换个来源，或拖入该数据集的官方文件。",
    "dataset-unknown": "这里没有这个名字的数据集。",
    "dataset-corrupt": "图像没有通过校验，未被使用。请重新获取，或换个来源。",
    "dataset-format": "这些文件不是该数据集的官方格式。",
    "download-failed": "下载中断。已下载的部分都保留着，再次开始即可接着下。",
    "storage-quota": "浏览器给本页的空间用完了。请删除数据或旧实验；已完成的试验都还在。",
    "storage-failed": "浏览器拒绝保存。已有结果还在，请刷新页面重试。",
    "storage-version": "这个实验由更新版本的页面写成，请刷新页面获取新版本。",
    "gpu-unavailable": "暂时没有可用的 GPU。恢复后会自动继续，否则请刷新页面。",
    "gpu-lost": "GPU 断开了。试验会从最近保存的一步继续。",
    "gpu-validation": "GPU 报告了错误，这次结果不可信，已丢弃。",
    "gpu-memory": "显存放不下。请减小批大小或网络宽度。",
    "gpu-wrong-result": "GPU 没有算对已知的题目，结果不可信，因此不使用。",
    "network-invalid": "用这些参数搭不出网络。",
    "network-too-large": "网络对这台设备来说太大了。",
    diverged: "训练发散：损失已不是有效数字。通常减小学习率就好。",
    "checkpoint-corrupt":
      "保存的权重缺失或已损坏，不会使用；需要它们的试验从上一个完好状态重新开始。",
    "weights-gone":
      "这个试验结束时的权重没有保留，结果都在；用同样的参数再加一个试验，可以重新得到权重。",
    "worker-died": "一个工作线程意外停止，它的工作会重新开始。",
    "worker-timeout": "一个工作线程没有响应，已经更换。",
    "link-invalid": "链接不完整或中途被改动了。请对方重发，或改发文件。",
    "link-too-large": "实验太大，链接放不下，可以用文件。",
    "file-invalid": "无法读取：内容已损坏，或者不是本页能用的文件。",
    "not-writer": "这个实验在另一个标签页中打开着，请到那边修改，或关闭那个标签页后在这里修改。",
    aborted: "已取消。",
    internal: "页面内部出了问题。已有结果还在，刷新页面即可继续。",
  },
};
