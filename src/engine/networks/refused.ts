/** Networks that search spaces name and that cannot be had, with the reason. */
export const refusedNetworks: Readonly<Record<string, string>> = {
  shufflenetg2:
    "NNI's own definition of it divides channels with / and cannot be built in Python 3, so nothing says what it is",
};
