# make            build/mlopslint
# make run        install what is missing, build, check the bundled sample project
# make test       install what is missing, build, run all tests (sanitizers on)
# make bench      time mlopslint against a bare parse and its peers, as ratios
# make install    PREFIX=/usr/local
# also: debug asan tsan release lib unit rules e2e fuzz headers format tidy clean;  V=1 shows commands

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
CC := gcc
BUILD ?= build
MODE ?= release
OUT := $(BUILD)/$(MODE)
Q := $(if $(V),,@)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# --- flags ---------------------------------------------------------------------------------------------------------

LIBRARIES := libpcre2-8 libutf8proc libcjson
# Headers only: they are loaded when they are called (core/match/prefilter.c, plugins/git/libgit2.h).
LIBRARIES_LOADED := libhs libgit2
lua_pc := $(firstword $(shell for n in lua5.4 lua-5.4; do pkg-config --exists $$n 2>/dev/null && echo $$n; done) lua5.4)
PC_CFLAGS = $(shell pkg-config --cflags $(LIBRARIES) $(lua_pc) $(LIBRARIES_LOADED))
PC_LIBS = $(shell pkg-config --libs $(LIBRARIES) $(lua_pc)) -lm

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes -Werror
FLAGS_release := -O2 -g -DNDEBUG
FLAGS_debug := -O0 -g3
FLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FLAGS_tsan := -O1 -g -fsanitize=thread
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE $(WARNINGS) $(FLAGS_$(MODE)) -fPIC -pthread -MMD -MP \
  -Icore -I. -I$(RUNTIME)/include $(PC_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = $(filter -fsanitize% -fno-sanitize%,$(FLAGS_$(MODE))) -pthread $(LDFLAGS)

# --- sources -------------------------------------------------------------------------------------------------------

GRAMMARS := core/grammars/node_modules
RUNTIME := $(GRAMMARS)/tree-sitter/vendor/tree-sitter/lib
GRAMMAR_DIRS := tree-sitter-python tree-sitter-json tree-sitter-bash @tree-sitter-grammars/tree-sitter-yaml \
  @tree-sitter-grammars/tree-sitter-toml @tree-sitter-grammars/tree-sitter-hcl
GRAMMAR_SOURCES := $(RUNTIME)/src/lib.c $(wildcard $(addprefix $(GRAMMARS)/,$(addsuffix /src/parser.c,$(GRAMMAR_DIRS)) \
  $(addsuffix /src/scanner.c,$(GRAMMAR_DIRS))))
GRAMMAR_OBJECTS := $(patsubst $(GRAMMARS)/%.c,$(BUILD)/grammars/%.o,$(GRAMMAR_SOURCES))

LIB_SOURCES := $(wildcard core/*/*.c lua/host/*.c)
LIB_OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(LIB_SOURCES)) $(OUT)/gen/builtin.o $(OUT)/gen/build_id.o
PLUGIN_SOURCES := $(wildcard plugins/*/*.c)
PLUGIN_OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(PLUGIN_SOURCES))
LUA_FILES := $(sort $(wildcard lua/lib/*.lua lua/rules/*/*.lua lua/meta/*.lua lua/templates/*.lua))
HEADERS := $(wildcard core/*.h core/*/*.h lua/host/*.h)
PUBLIC_HEADERS := $(wildcard core/*.h core/*/*.h) lua/host/layer.h
UNIT_SOURCES := $(wildcard tests/unit/*/test_*.c)
UNIT_PROGRAMS := $(patsubst %.c,$(OUT)/%,$(UNIT_SOURCES))

.PHONY: all run test bench install format tidy headers lib release debug asan tsan unit rules e2e fuzz check clean deps deps-test

# --- build ---------------------------------------------------------------------------------------------------------

# Grammars are fetched before anything else: the lists above are made of what is there, so make starts over.
ifeq ($(wildcard $(RUNTIME)/src/lib.c),)
all lib release debug asan tsan:
	$(Q).ci/deps build
	$(Q)$(MAKE) --no-print-directory $@
else
all: $(BUILD)/mlopslint
release debug asan tsan:
	$(Q)$(MAKE) --no-print-directory MODE=$@ $(BUILD)/$@/mlopslint
lib: $(OUT)/libmlopslint.a $(OUT)/libmlopslint.so $(OUT)/mlopslint.pc
endif

$(BUILD)/mlopslint: $(BUILD)/release/mlopslint
	$(Q)ln -f $< $@

$(OUT)/mlopslint: $(PLUGIN_OBJECTS) $(OUT)/libmlopslint.a
	$(Q)echo "  link $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(PLUGIN_OBJECTS) $(OUT)/libmlopslint.a $(PC_LIBS)

$(OUT)/libmlopslint.a: $(LIB_OBJECTS) $(GRAMMAR_OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $^

$(OUT)/libmlopslint.so: $(LIB_OBJECTS) $(GRAMMAR_OBJECTS)
	$(Q)$(CC) -shared $(LDFLAGS_ALL) -Wl,-soname,libmlopslint.so.0 -o $@ $^ $(PC_LIBS)

$(OUT)/mlopslint.pc: Makefile
	$(Q)mkdir -p $(@D)
	$(Q)printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include/mlopslint' '' \
	  'Name: mlopslint' 'Description: linter for machine-learning projects' 'Version: $(VERSION)' \
	  'Requires.private: $(LIBRARIES) $(lua_pc)' 'Libs: -L$${libdir} -lmlopslint' 'Libs.private: -pthread -lm' \
	  'Cflags: -I$${includedir}' > $@

$(OUT)/%.o: %.c
	$(Q)mkdir -p $(@D)
	$(Q)echo "  cc   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

# Scanners whose state may outgrow tree-sitter's buffer are called through core/lang/scanner_guard.c.
$(BUILD)/grammars/tree-sitter-python/src/scanner.o: GUARD := \
  -Dtree_sitter_python_external_scanner_serialize=mlo_unguarded_python_serialize
$(BUILD)/grammars/@tree-sitter-grammars/tree-sitter-yaml/src/scanner.o: GUARD := \
  -Dtree_sitter_yaml_external_scanner_serialize=mlo_unguarded_yaml_serialize

# Grammars are generated code: their own flags, no warnings, shared by all variants.
$(BUILD)/grammars/%.o: $(GRAMMARS)/%.c
	$(Q)mkdir -p $(@D)
	$(Q)echo "  cc   $*.c"
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g0 -w -fPIC $(GUARD) -I$(RUNTIME)/include -I$(RUNTIME)/src -I$(<D) -c -o $@ $<

# The Lua rules travel inside the library.
$(OUT)/gen/builtin.c: $(LUA_FILES) Makefile
	$(Q)mkdir -p $(@D)
	$(Q){ echo '#include "lua/host/builtin.h"'; n=0; \
	  for f in $(LUA_FILES); do n=$$((n+1)); \
	    printf '__asm__(".section .rodata\\n.balign 16\\nmlo_lua_%s: .incbin \\"%s\\"\\nmlo_lua_%s_end: .byte 0\\n.previous\\n");\nextern const char mlo_lua_%s[], mlo_lua_%s_end[];\n' $$n "$$f" $$n $$n $$n; done; \
	  echo 'const mlo_builtin mlo_builtins[] = {'; n=0; \
	  for f in $(LUA_FILES); do n=$$((n+1)); echo "  {\"$$f\", mlo_lua_$$n, mlo_lua_$${n}_end},"; done; \
	  echo '  {0, 0, 0}};'; } > $@
$(OUT)/gen/builtin.o: $(OUT)/gen/builtin.c $(LUA_FILES)
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

# What results of earlier runs are kept under: they hold for the same sources only.
$(OUT)/gen/build_id.c: $(LIB_SOURCES) $(HEADERS) $(LUA_FILES) core/grammars/package-lock.json Makefile
	$(Q)mkdir -p $(@D)
	$(Q)echo "const char mlo_build_id[] = \"$$(cat $^ | sha256sum | cut -c1-32)\";" > $@
$(OUT)/gen/build_id.o: $(OUT)/gen/build_id.c
	$(Q)$(CC) $(CFLAGS_ALL) -include core/run/build_id.h -c -o $@ $<

-include $(LIB_OBJECTS:.o=.d) $(PLUGIN_OBJECTS:.o=.d) $(UNIT_PROGRAMS:=.d)

# --- use -----------------------------------------------------------------------------------------------------------

deps:
	$(Q).ci/deps build
deps-test:
	$(Q).ci/deps test

# Findings are what the sample is for: only a failure of the program itself (exit 2 and above) fails.
run: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)cd tests/projects/churn && ../../../$(BUILD)/mlopslint check . || [ $$? -eq 1 ]

install: all lib
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/mlopslint
	install -m 755 $(BUILD)/mlopslint $(DESTDIR)$(PREFIX)/bin/mlopslint
	install -m 644 $(OUT)/libmlopslint.a $(DESTDIR)$(PREFIX)/lib/libmlopslint.a
	install -m 755 $(OUT)/libmlopslint.so $(DESTDIR)$(PREFIX)/lib/libmlopslint.so.0
	ln -sf libmlopslint.so.0 $(DESTDIR)$(PREFIX)/lib/libmlopslint.so
	install -m 644 $(OUT)/mlopslint.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/mlopslint.pc
	for h in $(PUBLIC_HEADERS); do d=$(DESTDIR)$(PREFIX)/include/mlopslint/$$(dirname $${h#core/}); install -d $$d; install -m 644 $$h $$d/; done

# --- tests ---------------------------------------------------------------------------------------------------------

test: deps-test
	$(Q)$(MAKE) --no-print-directory check

check: headers
	$(Q)$(MAKE) --no-print-directory all lib
	$(Q)$(MAKE) --no-print-directory MODE=asan $(BUILD)/asan/mlopslint unit
	$(Q)$(MAKE) --no-print-directory MODE=asan rules fuzz
	$(Q)$(MAKE) --no-print-directory e2e
	$(Q)echo "all tests passed"

$(OUT)/tests/unit/%: tests/unit/%.c $(OUT)/libmlopslint.a $(filter-out $(OUT)/plugins/cli/main.o,$(PLUGIN_OBJECTS))
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -MF $@.d -Itests/unit $(LDFLAGS_ALL) -o $@ $< $(filter %.o,$^) $(OUT)/libmlopslint.a \
	  $(PC_LIBS) -lcmocka

unit: $(UNIT_PROGRAMS)
	$(Q)set -e; for t in $(UNIT_PROGRAMS); do echo "== $$t"; $$t; done

rules: $(OUT)/mlopslint
	$(Q)$(OUT)/mlopslint rule test

fuzz: $(OUT)/mlopslint
	$(Q)sh tests/fuzz/run $(OUT)/mlopslint

e2e: $(BUILD)/mlopslint
	$(Q)python3 tests/e2e/run.py

# The yardstick of the benchmark: the runtime, the Python grammar, nothing of ours.
$(OUT)/tests/bench/parse: tests/bench/parse.c $(filter %/lib.o $(BUILD)/grammars/tree-sitter-python/%,$(GRAMMAR_OBJECTS))
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -MF $@.d $(LDFLAGS_ALL) -o $@ $< $(filter %.o,$^)

$(OUT)/tests/bench/facts $(OUT)/tests/bench/resolve: $(OUT)/tests/bench/%: tests/bench/%.c $(OUT)/libmlopslint.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -MF $@.d $(LDFLAGS_ALL) -o $@ $^ $(PC_LIBS)

bench: deps-test
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(MAKE) --no-print-directory $(OUT)/tests/bench/parse $(OUT)/tests/bench/facts
	$(Q)python3 tests/bench/run.py

# Each header compiles alone.
headers:
	$(Q)set -e; for h in $(HEADERS); do $(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) -fsyntax-only -x c $$h -include stddef.h; done

format:
	$(Q)clang-format -i $(LIB_SOURCES) $(PLUGIN_SOURCES) $(UNIT_SOURCES) $(HEADERS)
tidy:
	$(Q)clang-tidy --quiet $(LIB_SOURCES) $(PLUGIN_SOURCES) -- $(filter-out -MMD -MP $(WARNINGS),$(CFLAGS_ALL))

clean:
	rm -rf $(BUILD)
