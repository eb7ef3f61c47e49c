"""Random notebooks of plain Python: what names are bound, when, and read by what, in all the ways that an export has to keep."""
NAMES = list("abcdefgh")
HELPER = """def num(value):
    if isinstance(value, int):
        return value
    return len(value) if isinstance(value, (list, str)) else 1
"""


class Writer:
    """Writes statements; bound are the names that are certain to be there, callables what may be called."""

    def __init__(self, random):
        self.random = random
        self.bound, self.callables = set(), set()

    def pick(self, names):
        return self.random.choice(sorted(names))

    def value(self, depth=0):
        if not self.bound or self.random.random() < 0.3:
            return str(self.random.randrange(9))
        name = self.pick(self.bound)
        forms = [f"num({name})", f"sum(num(q) * num({name}) for q in range(3))", f"[num(q) + num({name}) for q in range(3)]",
                 f"(lambda z: z + num({name}))({self.random.randrange(5)})", f"len(str({name}))"]
        if depth < 3:
            forms.append(f"num({name}) + num({self.value(depth + 1)})")
        return self.random.choice(forms)

    def block(self, indent):
        """A statement in a block that may not run: what it binds is not certain behind it."""
        before = set(self.bound)
        text = self.statement(indent + "    ")
        after, self.bound = self.bound, before
        return text, after

    def assign(self, indent):
        name = self.pick(NAMES)
        text = f"{indent}{name} = {self.value()}\n"
        self.bound.add(name)
        return text

    def add(self, indent):
        if not self.bound:
            return self.assign(indent)
        name = self.pick(self.bound)
        return f"{indent}{name} = num({name})\n{indent}{name} += num({self.value()})\n"

    def unpack(self, indent):
        first, second = self.random.sample(NAMES, 2)
        text = f"{indent}{first}, {second} = {self.value()}, {self.value()}\n"
        self.bound |= {first, second}
        return text

    def branch(self, indent):
        condition = self.value()
        one, left = self.block(indent)
        if self.random.random() < 0.5:
            return f"{indent}if num({condition}) % 2:\n{one}"
        other, right = self.block(indent)
        self.bound |= left & right
        return f"{indent}if num({condition}) % 2:\n{one}{indent}else:\n{other}"

    def loop(self, indent):
        name = self.pick(NAMES)
        count = self.random.randrange(1, 4)
        self.bound.add(name)
        body, _ = self.block(indent)
        return f"{indent}for {name} in range({count}):\n{body}"

    def attempt(self, indent):
        body, _ = self.block(indent)
        handler, _ = self.block(indent)
        return f"{indent}try:\n{body}{indent}except ZeroDivisionError as error:\n{handler}"

    def walrus(self, indent):
        if not self.bound:
            return self.assign(indent)
        name = self.pick(NAMES)
        text = f"{indent}if ({name} := num({self.pick(self.bound)})) > 1 and num({name}):\n{indent}    print({name})\n"
        self.bound.add(name)
        return text

    def fill(self, indent):
        if not self.bound:
            return self.assign(indent)
        name = self.pick(NAMES)
        text = f"{indent}{name} = [num({self.pick(self.bound)})]\n{indent}{name}.append({self.random.randrange(9)})\n"
        self.bound.add(name)
        return text

    def show(self, indent):
        return f"{indent}print({self.pick(self.bound)})\n" if self.bound else self.assign(indent)

    def call(self, indent):
        if not self.callables:
            return self.assign(indent)
        name = self.pick(NAMES)
        text = f"{indent}{name} = {self.pick(self.callables)}({self.random.randrange(4)})\n"
        self.bound.add(name)
        return text

    def delete(self, _):
        if not self.bound:
            return ""
        name = self.pick(self.bound)
        self.bound.discard(name)
        return f"del {name}\n"

    def define(self, _):
        """Functions that read or write the notebook's names when they are called, and when they are made."""
        name = f"f{self.random.randrange(4)}"
        forms = [f"def {name}(x=2):\n    y = [x + i for i in range(2)]\n    return sum(y)\n"]
        if self.bound:
            own = self.pick(self.bound)
            forms += [f"def {name}(x=1):\n    return num({own}) + x\n", f"def {name}(x=num({own})):\n    return x * 2\n",
                      f"def {name}(x=1):\n    global {own}\n    {own} = num({own}) + x\n    return {own}\n",
                      f"{name} = lambda x=0: num({own}) + x\n"]
        self.callables.add(name)
        return self.random.choice(forms)

    def define_class(self, _):
        name = f"C{self.random.randrange(3)}"
        self.callables.add(f"{name}().m")
        own = f"num({self.pick(self.bound)})" if self.bound else "1"
        more = ""
        if self.bound and self.random.random() < 0.5:
            read = self.pick(self.bound)
            more = self.random.choice([f"    {read} = num({read}) + 1\n", f"    s = sum(num({read}) for q in range(2))\n",
                                       f"    print(num({read}))\n", f"    f = (lambda: num({read}))()\n"])
        return f"class {name}:\n    k = {own}\n{more}\n    def m(self, x=1):\n        return num(self.k) + x\n"

    def text(self, _):
        return f"text = '''a\n  b {{}}\n'''.format({self.pick(self.bound)})\nprint(text)\n" if self.bound else ""

    def imports(self, _):
        return "import math\nfrom itertools import chain as ch\n"

    def statement(self, indent=""):
        anywhere = [self.assign] * 5 + [self.add, self.unpack, self.walrus, self.fill, self.show, self.call]
        blocks = [self.branch, self.loop, self.attempt] if len(indent) < 8 else []
        margin = [self.delete, self.define, self.define, self.define_class, self.text, self.imports] if not indent else []
        return self.random.choice(anywhere + blocks + margin)(indent)

    def cell(self):
        source = "".join(self.statement() for _ in range(self.random.randrange(1, 5)))
        return source + self.pick(self.bound) if self.bound and self.random.random() < 0.4 else source


def random_cells(random):
    """The sources of a notebook's cells; the last one prints what is bound."""
    writer = Writer(random)
    cells = [HELPER] + [writer.cell() for _ in range(random.randrange(2, 8))]
    return cells + ["".join(f"print({name!r}, {name})\n" for name in sorted(writer.bound))]
