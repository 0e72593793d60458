import type { CatalogueOf } from "../../../../core/words/index.ts";
import type { engine as area } from "../../../../core/words/vocabulary/engine.ts";

export const engine: CatalogueOf<typeof area> = {
  "no-webgl": "这里没有 WebGL。",
  "no-webgpu": ({ reason }) => `没有 WebGPU：${reason}。`,
  "needs-webgpu": "WebGPU 引擎需要 WebGPU 设备。",
  "no-half-precision": "这块 GPU 没有 16 位浮点数。",
  "no-timestamps": "这块 GPU 不能查询时间戳。",
  "device-lost": ({ reason }, say) => `GPU 设备断开：${say(reason)}`,
  "webgl-lost": "WebGL 上下文丢失了。",
  "memory-full": ({ reason }, say) => `显存用完了：${say(reason)}`,
  "webgl-memory-full": "显存用完了（WebGL）。",
  "command-rejected": ({ reason }, say) => `GPU 拒绝了命令：${say(reason)}`,
  "webgl-error": ({ error }) => `GPU 拒绝了命令：WebGL 错误 ${error}。`,
  "wrong-answers": ({ adapter, wrong, values, precision }) =>
    `${adapter} 把 ${values} 个已知数算错了 ${wrong} 个（${precision}）。`,
  "kernel-broken": ({ kernel, reason }, say) => `内核 ${kernel} 编译不了：${say(reason)}`,
  "no-room": ({ bytes }) => `显存放不下 ${bytes} 字节。`,
  "no-room-but-for": ({ bytes, batch }) =>
    `显存放不下 ${bytes} 字节。${batch > 0 ? `现在放得下的批大小是 ${batch}。` : "现在连一张图像也放不下。"}`,
  "no-room-for-images": ({ bytes }) => `显存放不下 ${bytes} 字节的图像。`,
  "binds-too-little": ({ bytes }) => `GPU 一次能绑定的太少，不够 ${bytes} 字节的图像。`,
  "buffer-too-large": ({ batch, largest }) =>
    `批大小 ${batch} 需要的缓冲区超过了这块 GPU 能绑定的，最大可用 ${largest}。`,
};
