"""Optuna's TPE on our benchmark functions, in the protocol of protocol.ts: one run per seed, smaller budgets are its
prefixes. Needs `pip install optuna`; the functions are evaluated by evaluate.ts.

python3 test/bench/optuna_peer.py [--held-out | --development | --tables DIR] [--seeds 20] [--trials 100] [--functions a,b]

Prints one JSON line per function: { function, seeds, medians: { budget: median simple regret } }."""

import argparse
import json
import math
import statistics
import subprocess

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
arguments = argparse.ArgumentParser()
arguments.add_argument("--held-out", action="store_true")
arguments.add_argument("--development", action="store_true")
arguments.add_argument("--tables")
arguments.add_argument("--functions")
arguments.add_argument("--seeds", type=int, default=20)
arguments.add_argument("--first-seed", type=int, default=1000)
arguments.add_argument("--trials", type=int, default=100)
flags = arguments.parse_args()

command = ["npx", "tsx", "test/bench/evaluate.ts"]
for name in ("held-out", "development"):
    if getattr(flags, name.replace("-", "_")):
        command.append("--" + name)
if flags.tables:
    command += ["--tables", flags.tables]
node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
functions = json.loads(node.stdout.readline())


def evaluate(name, parameters):
    node.stdin.write(json.dumps([name, parameters]) + "\n")
    node.stdin.flush()
    return json.loads(node.stdout.readline())


def normal(trial, path, mu, sigma):
    """Optuna has no normal distribution: the prior is the same through its quantile."""
    u = trial.suggest_float(path, 1e-6, 1 - 1e-6)
    return mu + sigma * statistics.NormalDist().inv_cdf(u)


def suggest(trial, path, spec):
    kind, value = spec["_type"], spec["_value"]
    if kind == "choice":
        nested = isinstance(value[0], dict) and "_name" in value[0]
        index = trial.suggest_categorical(path, list(range(len(value))))
        if not nested:
            return value[index]
        option = value[index]
        inner = {
            name: suggest(trial, f"{path}.{option['_name']}.{name}", sub)
            for name, sub in option.items()
            if name != "_name"
        }
        return {"_name": option["_name"], **inner}
    if kind == "randint":
        return trial.suggest_int(path, value[0], value[1] - 1)
    if kind == "uniform":
        return trial.suggest_float(path, *value)
    if kind == "loguniform":
        return trial.suggest_float(path, *value, log=True)
    if kind == "quniform":
        low, high, q = value
        first, last = math.floor(low / q + 0.5), math.ceil(high / q - 0.5)
        return min(high, max(low, q * trial.suggest_int(path, first, last)))
    if kind == "qloguniform":
        low, high, q = value
        return min(high, max(low, q * round(trial.suggest_float(path, low, high, log=True) / q)))
    x = normal(trial, path, value[0], value[1])
    if kind.endswith("lognormal"):
        x = math.exp(x)
    return value[2] * round(x / value[2]) if kind.startswith("q") else x


chosen = flags.functions.split(",") if flags.functions else list(functions)
for name in chosen:
    space, optimum = functions[name]["space"], functions[name]["optimum"]
    runs = []
    for seed in range(flags.first_seed, flags.first_seed + flags.seeds):
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        study.optimize(
            lambda trial: evaluate(name, {key: suggest(trial, key, spec) for key, spec in space.items()}),
            n_trials=flags.trials,
        )
        best, regrets = math.inf, []
        for trial in study.trials:
            best = min(best, trial.value)
            regrets.append(best - optimum)
        runs.append(regrets)
    budgets = [b for b in (30, 50, 100, 200) if b <= flags.trials]
    medians = {b: statistics.median(run[b - 1] for run in runs) for b in budgets}
    print(json.dumps({"function": name, "seeds": flags.seeds, "medians": medians}), flush=True)
node.stdin.close()
node.wait()
