"""Single changes to C source: each a mistake that somebody could make."""

import re

FLIPS = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "&&": "||", "||": "&&"}
NOT_ONE_STATEMENT = re.compile(r"\s*(return|break|continue|goto|case|default|else|if|for|while|do|switch|static|const|struct|enum|union|"
                               r"extern|typedef|int|long|unsigned|char|bool|size_t|ssize_t|void|double|u?int\d+_t|off_t|pid_t|time_t|FILE|DIR)\b")


def masked(source):
    """The source with blanks in the places of comments, strings, characters and preprocessor lines."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.S | re.M)
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), source)


def closing(text, at):
    """Where the parenthesis at AT is closed; -1: on another line."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    return -1


def of_line(line, mask):
    """(what, new line) for each change of one line; MASK is the line without its texts."""
    for match in re.finditer(r"(?<![-<>=!&|+*/])(==|!=|<=|>=|&&|\|\||<|>)(?![<>=])", mask):
        old = match.group()
        if old in "<>" and mask[match.start() - 1] != " ":
            continue
        yield "flip", line[: match.start()] + FLIPS[old] + line[match.end() :]
    match = re.search(r"\b(if|while) \(", mask)
    end = closing(mask, match.end() - 1) if match else -1
    if end > 0:
        yield "negate", line[: match.end()] + "!(" + line[match.end() : end] + ")" + line[end:]
    for match in re.finditer(r"(?<![\w.])(\d+)(?![\w.])", mask):
        yield "constant", line[: match.start()] + str(int(match.group(), 0) + 1) + line[match.end() :]
    if re.fullmatch(r"\s+return (error|errno|E[A-Z0-9]+|-1|false);", mask.rstrip()):
        yield "success", re.sub(r"return \w+|return -1", "return true" if "false" in mask else "return 0", line)
    if re.fullmatch(r"\s+[\w>.\[\]*()-]+( [-+|&]?= .*|\(.*\)|\+\+|--);", mask.rstrip()) and not NOT_ONE_STATEMENT.match(mask):
        yield "delete", re.match(r"\s*", line).group() + ";"


def of_file(path, source):
    """(path, line number, what, old line, new line) for each change of a file."""
    lines, masks = source.split("\n"), masked(source).split("\n")
    depth = 0
    for number, (line, mask) in enumerate(zip(lines, masks), 1):
        if depth > 0:
            for what, new in of_line(line, mask):
                if new != line:
                    yield path, number, what, line, new
        depth += mask.count("{") - mask.count("}")
