"""The values of our options, kept apart from what pytest takes for tests: it looks for its root and its ini file in every
folder among the words of a command line before it knows any option of a plugin."""
import os

from _pytest.config.findpaths import determine_setup

WITH_VALUE = ("--device", "--out", "--select", "--scenario", "--assessments", "--plan", "--seed")


def joined(arguments):
    """The same with --out=DIR for --out DIR."""
    words, result = iter(map(str, arguments)), []
    for word in words:
        value = next(words, None) if word in WITH_VALUE else None
        result.append(word if value is None else f"{word}={value}")
    return result


def mistaken(config):
    """An option whose value pytest has taken for a folder of tests, so that it did not find its ini file; or nothing."""
    arguments = [str(argument) for argument in config.invocation_params.args]
    if joined(arguments) == arguments:
        return ""
    known, unknown = config._parser.parse_known_and_unknown_args(joined(arguments))
    paths = [word for word in known.file_or_dir + unknown if not str(word).startswith("-")]
    root, ini, _ = determine_setup(known.inifilename, paths, known.rootdir or None, config)
    if (root, ini) == (config.rootpath, config.inipath):
        return ""
    follows = zip(arguments, arguments[1:])
    return next((word for word, value in follows if word in WITH_VALUE and os.path.exists(value)), "")


def hand_on(config):
    """Lets the workers of xdist read the command line as this process did, whatever exists by then."""
    given = config.invocation_params
    words = [*joined(given.args), f"--rootdir={config.rootpath}"]
    config.invocation_params = type(given)(args=words, plugins=given.plugins, dir=given.dir)
