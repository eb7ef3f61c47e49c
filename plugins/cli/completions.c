/* completions: scripts for shells, made from the command tables. Rule codes come from `mlopslint rules` when asked. */
#include "plugins/cli/command.h"

typedef struct shell {
  const char *name;
  void (*write)(mlo_buf *out);
} shell;

/* "check rules explain rule hook lsp completions": first words, each once. */
static void put_first_words(mlo_buf *out) {
  mlo_str before = {0};
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) {
    mlo_str rest = mlo_str_c((*at)->name), word = mlo_str_cut(&rest, ' ');
    if (mlo_str_eq(word, before)) continue; /* families stand side by side */
    if (before.len) mlo_buf_char(out, ' ');
    mlo_buf_add(out, word);
    before = word;
  }
}

/* The words that may follow: choices with spaces between them. */
static void put_choices(mlo_buf *out, const char *choices) {
  for (const char *at = choices; *at; at++) mlo_buf_char(out, *at == '|' ? ' ' : *at);
}

static bool completes_rules(const mlo_cli_command *command) {
  return strstr(command->operands, "CODE|") != NULL;
}

static bool completes_files(const mlo_cli_command *command) {
  return strstr(command->operands, "PATH") != NULL;
}

/* "[PATH...]" names no words; "bash|zsh|fish" and "pre-commit" do. */
static bool has_words(const mlo_cli_command *command) {
  char first = command->operands[0];
  return first >= 'a' && first <= 'z';
}

/* --- bash ------------------------------------------------------------------------------------ */

static void bash_choices(mlo_buf *out, const mlo_cli_command *command) {
  for (uint32_t i = 0; i < command->flag_count; i++) {
    const mlo_flag *flag = &command->flags[i];
    if (!flag->value) continue;
    mlo_buf_format(out, "      '%s --%s') ", command->name, flag->name);
    if (!flag->choices) {
      mlo_buf_lit(out, "COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n");
      continue;
    }
    mlo_buf_lit(out, "COMPREPLY=($(compgen -W '");
    put_choices(out, flag->choices);
    mlo_buf_lit(out, "' -- \"$word\")); return ;;\n");
  }
}

static void bash_command(mlo_buf *out, const mlo_cli_command *command) {
  mlo_buf_format(out, "    '%s') words='--help", command->name);
  for (uint32_t i = 0; i < command->flag_count; i++)
    mlo_buf_format(out, " --%s", command->flags[i].name);
  if (has_words(command)) mlo_buf_char(out, ' '), put_choices(out, command->operands);
  mlo_buf_lit(out, "'");
  if (completes_rules(command))
    mlo_buf_lit(out, "; words+=\" $(mlopslint rules 2>/dev/null | cut -d' ' -f1)\"");
  if (completes_files(command)) mlo_buf_lit(out, "; files=1");
  mlo_buf_lit(out, " ;;\n");
}

static void write_bash(mlo_buf *out) {
  mlo_buf_lit(out, "# mlopslint completions for bash: source this file\n"
                   "_mlopslint() {\n"
                   "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                   "  local command=${COMP_WORDS[1]} words='' files=''\n"
                   "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                   "    COMPREPLY=($(compgen -W '");
  put_first_words(out);
  mlo_buf_lit(out, " --help --version' -- \"$word\")); return\n  fi\n  case $command in\n");
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) {
    mlo_str rest = mlo_str_c((*at)->name), word = mlo_str_cut(&rest, ' ');
    if (!rest.len) continue;
    mlo_buf_format(out,
                   "    %.*s) if [ \"$COMP_CWORD\" -eq 2 ]; then words+=' %.*s'; "
                   "elif [ \"${COMP_WORDS[2]}\" = %.*s ]; then command='%s'; fi ;;&\n",
                   MLO_FMT(word), MLO_FMT(rest), MLO_FMT(rest), (*at)->name);
  }
  mlo_buf_lit(out, "  esac\n"
                   "  case \"$command $before\" in\n");
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) bash_choices(out, *at);
  mlo_buf_lit(out, "  esac\n  case $command in\n");
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) bash_command(out, *at);
  mlo_buf_lit(out, "  esac\n"
                   "  COMPREPLY=($(compgen -W \"$words\" ${files:+-f} -- \"$word\"))\n"
                   "}\n"
                   "complete -o filenames -F _mlopslint mlopslint\n");
}

/* --- zsh ------------------------------------------------------------------------------------- */

/* Help text inside '...[...]': no quote, bracket or colon may end it. */
static void zsh_text(mlo_buf *out, const char *text) {
  for (; *text; text++) {
    if (*text == '\'')
      mlo_buf_lit(out, "'\\''");
    else if (strchr("[]:\\", *text))
      mlo_buf_char(out, '\\'), mlo_buf_char(out, *text);
    else
      mlo_buf_char(out, *text);
  }
}

static void zsh_flag(mlo_buf *out, const mlo_flag *flag) {
  mlo_buf_format(out, " \\\n      '*--%s%s[", flag->name, flag->value ? "=" : "");
  zsh_text(out, flag->help);
  mlo_buf_char(out, ']');
  if (flag->value) mlo_buf_format(out, ":%s:", flag->value);
  if (flag->value && !flag->choices) mlo_buf_lit(out, "_files");
  if (flag->choices)
    mlo_buf_char(out, '('), put_choices(out, flag->choices), mlo_buf_char(out, ')');
  mlo_buf_char(out, '\'');
}

static void zsh_command(mlo_buf *out, const mlo_cli_command *command) {
  mlo_buf_format(out, "    '%s') _arguments '--help[show this help]'", command->name);
  for (uint32_t i = 0; i < command->flag_count; i++) zsh_flag(out, &command->flags[i]);
  if (completes_files(command)) mlo_buf_lit(out, " '*:file:_files'");
  if (completes_rules(command))
    mlo_buf_lit(out, " \"*:rule:($(mlopslint rules 2>/dev/null | cut -d' ' -f1))\"");
  if (has_words(command)) {
    mlo_buf_lit(out, " '1:word:(");
    put_choices(out, command->operands);
    mlo_buf_lit(out, ")'");
  }
  mlo_buf_lit(out, " ;;\n");
}

static void zsh_families(mlo_buf *out) {
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) {
    mlo_str rest = mlo_str_c((*at)->name);
    mlo_str_cut(&rest, ' ');
    if (rest.len)
      mlo_buf_format(out, "  [[ \"$words[2] $words[3]\" = '%s' ]] && command='%s' && depth=3\n",
                     (*at)->name, (*at)->name);
  }
}

static void write_zsh(mlo_buf *out) {
  mlo_buf_lit(out, "#compdef mlopslint\n"
                   "_mlopslint() {\n"
                   "  local command=$words[2] depth=2\n"
                   "  if (( CURRENT == 2 )); then\n    _values command");
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) {
    mlo_str rest = mlo_str_c((*at)->name), word = mlo_str_cut(&rest, ' ');
    if (at > mlo_cli_commands && mlo_str_starts(mlo_str_c(at[-1]->name), word)) continue;
    mlo_buf_format(out, " '%.*s[", MLO_FMT(word));
    zsh_text(out, (*at)->summary);
    mlo_buf_lit(out, "]'");
  }
  mlo_buf_lit(out, "\n    return\n  fi\n");
  zsh_families(out);
  mlo_buf_lit(out, "  words=(\"$command\" \"${(@)words[depth+1,-1]}\")\n"
                   "  (( CURRENT -= depth - 1 ))\n"
                   "  case $command in\n");
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) {
    mlo_str rest = mlo_str_c((*at)->name), word = mlo_str_cut(&rest, ' ');
    if (rest.len && !(at > mlo_cli_commands && mlo_str_starts(mlo_str_c(at[-1]->name), word))) {
      mlo_buf_format(out, "    %.*s) _values word", MLO_FMT(word));
      for (const mlo_cli_command *const *other = at; *other; other++) {
        mlo_str second = mlo_str_c((*other)->name);
        if (mlo_str_eq(mlo_str_cut(&second, ' '), word))
          mlo_buf_format(out, " %.*s", MLO_FMT(second));
      }
      mlo_buf_lit(out, " ;;\n");
    }
    zsh_command(out, *at);
  }
  mlo_buf_lit(out, "  esac\n}\n_mlopslint \"$@\"\n");
}

/* --- fish ------------------------------------------------------------------------------------ */

static void fish_text(mlo_buf *out, const char *text) {
  mlo_buf_char(out, '\'');
  for (; *text; text++) {
    if (*text == '\'' || *text == '\\') mlo_buf_char(out, '\\');
    mlo_buf_char(out, *text);
  }
  mlo_buf_char(out, '\'');
}

static void fish_condition(mlo_buf *out, const mlo_cli_command *command) {
  mlo_buf_lit(out, "complete -c mlopslint -n '");
  const char *separator = "";
  for (mlo_str rest = mlo_str_c(command->name); rest.ptr; separator = "; and ") {
    mlo_str word = mlo_str_cut(&rest, ' ');
    mlo_buf_format(out, "%s__fish_seen_subcommand_from %.*s", separator, MLO_FMT(word));
  }
  mlo_buf_lit(out, "'");
}

static void fish_flag(mlo_buf *out, const mlo_cli_command *command, const mlo_flag *flag) {
  fish_condition(out, command);
  mlo_buf_format(out, " -l %s", flag->name);
  if (flag->letter) mlo_buf_format(out, " -s %c", flag->letter);
  if (flag->value) mlo_buf_lit(out, " -r");
  if (flag->choices) {
    mlo_buf_lit(out, " -f -a '");
    put_choices(out, flag->choices);
    mlo_buf_char(out, '\'');
  }
  mlo_buf_lit(out, " -d ");
  fish_text(out, flag->help);
  mlo_buf_char(out, '\n');
}

/* The command's words where they may stand: the first one, then the second behind it. */
static void fish_words(mlo_buf *out, const mlo_cli_command *command) {
  mlo_str rest = mlo_str_c(command->name), word = mlo_str_cut(&rest, ' ');
  mlo_buf_format(out, "complete -c mlopslint -n __fish_use_subcommand -a %.*s", MLO_FMT(word));
  if (rest.len)
    mlo_buf_format(out, "\ncomplete -c mlopslint -n '__fish_seen_subcommand_from %.*s' -a %.*s",
                   MLO_FMT(word), MLO_FMT(rest));
}

static void fish_command(mlo_buf *out, const mlo_cli_command *command) {
  fish_words(out, command);
  mlo_buf_lit(out, " -d ");
  fish_text(out, command->summary);
  mlo_buf_char(out, '\n');
  for (uint32_t i = 0; i < command->flag_count; i++) fish_flag(out, command, &command->flags[i]);
  if (!completes_files(command)) fish_condition(out, command), mlo_buf_lit(out, " -f\n");
  if (has_words(command)) {
    fish_condition(out, command);
    mlo_buf_lit(out, " -a '");
    put_choices(out, command->operands);
    mlo_buf_lit(out, "'\n");
  }
  if (!completes_rules(command)) return;
  fish_condition(out, command);
  mlo_buf_lit(out, " -a '(mlopslint rules 2>/dev/null | string split -f1 \" \")'\n");
}

static void write_fish(mlo_buf *out) {
  mlo_buf_lit(out, "# mlopslint completions for fish\n"
                   "complete -c mlopslint -n __fish_use_subcommand -f\n");
  for (const mlo_cli_command *const *at = mlo_cli_commands; *at; at++) fish_command(out, *at);
}

/* --- the command ----------------------------------------------------------------------------- */

static const shell shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};

static int run(const mlo_cli *cli, const mlo_arguments *arguments) {
  (void)cli;
  mlo_error err = {0};
  if (mlo_operands_expect(arguments, 1, 1, "a shell: bash, zsh or fish", &err) != MLO_OK)
    return mlo_output_fail(&err);
  mlo_str name = arguments->operands.items[0];
  for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
    if (!mlo_str_eq(mlo_str_c(shells[i].name), name)) continue;
    mlo_buf out = {0};
    shells[i].write(&out);
    bool printed = !out.failed && mlo_output_print(mlo_buf_str(&out));
    mlo_buf_release(&out);
    return printed ? MLO_EXIT_CLEAN : MLO_EXIT_FAILED;
  }
  mlo_error_set(&err, MLO_ERR_USAGE, (mlo_str){0},
                "no completions for '%.*s': there are bash, zsh and fish", MLO_FMT(name));
  return mlo_output_fail(&err);
}

const mlo_cli_command mlo_completions_command = {
    .name = "completions",
    .operands = "bash|zsh|fish",
    .summary = "print a shell's completion script",
    .help = "bash: put it into ~/.local/share/bash-completion/completions/mlopslint\n"
            "zsh:  into a folder of $fpath, as _mlopslint\n"
            "fish: into ~/.config/fish/completions/mlopslint.fish",
    .run = run,
};
