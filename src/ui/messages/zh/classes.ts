/** Chinese names of classes by label, for data sets whose definition names them in English. */
export const zhClasses: Readonly<Record<string, readonly string[]>> = {
  cifar10: ["飞机", "汽车", "鸟", "猫", "鹿", "狗", "青蛙", "马", "船", "卡车"],
  "fashion-mnist": [
    ...["T 恤", "裤子", "套头衫", "连衣裙", "外套", "凉鞋", "衬衫", "运动鞋", "包", "短靴"],
  ],
  shapes10: ["圆", "方块", "三角", "星形", "圆环", "十字", "月牙", "长条", "折角", "沙漏"],
};
