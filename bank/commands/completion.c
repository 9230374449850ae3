/* SPDX-License-Identifier: MIT */
/*
 * `bank completion bash|zsh` prints what a shell sources; that asks `bank
 * complete -- WORD...` for what may stand next, the last word being the one that
 * is typed. A candidate a line, a tab and what is said of it.
 */
#include "bank/cli/commands.h"
#include "bank/cli/complete.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_S = 2 }; /* a person waits at the key */

static const char bash_script[] =
    "# bash completion for bank(1): source <(bank completion bash)\n"
    "_bank()\n"
    "{\n"
    "    local word line cur words=()\n"
    "    COMPREPLY=()\n"
    "    # The shell takes --option=value apart.\n"
    "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD}\"; do\n"
    "        [ \"$word\" = = ] || words+=(\"$word\")\n"
    "    done\n"
    "    [ \"${COMP_WORDS[COMP_CWORD]}\" != = ] || words+=(\"\")\n"
    "    cur=${words[${#words[@]}-1]}\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        :files*) compopt -o filenames 2>/dev/null; line='-f' ;;\n"
    "        :folders*) compopt -o filenames 2>/dev/null; line='-d' ;;\n"
    "        *) COMPREPLY+=(\"${line%%$'\\t'*}\"); continue ;;\n"
    "        esac\n"
    "        while IFS= read -r word; do\n"
    "            COMPREPLY+=(\"$word\")\n"
    "        done < <(compgen \"$line\" -- \"$cur\")\n"
    "    done < <(\"${COMP_WORDS[0]}\" complete -- \"${words[@]}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _bank bank\n";

static const char zsh_script[] =
    "#compdef bank\n"
    "# zsh completion for bank(1): source <(bank completion zsh)\n"
    "_bank()\n"
    "{\n"
    "    local line\n"
    "    local -a found\n"
    "    for line in \"${(@f)$(\"${words[1]}\" complete -- \"${(@)words[2,CURRENT]}\" "
    "2>/dev/null)}\"; do\n"
    "        case $line in\n"
    "        '') ;;\n"
    "        :files*) _files ;;\n"
    "        :folders*) _files -/ ;;\n"
    "        *) found+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#found == 0 )) || _describe -t bank bank found\n"
    "}\n"
    "if [ \"$funcstack[1]\" = _bank ]; then _bank \"$@\"; else compdef _bank bank; fi\n";

static int run_completion(struct arguments *arguments)
{
    fputs(strcmp(argument_text(arguments, "SHELL"), "bash") == 0 ? bash_script : zsh_script,
          stdout);
    return EXIT_SUCCESS;
}

const struct bank_command command_completion = {
    .name = "completion",
    .help = "print what lets a shell complete commands, options and ids",
    .detail = "  source <(bank completion bash)\n"
              "in ~/.bashrc, or with zsh in ~/.zshrc; `make install` puts both where the shells "
              "find them.",
    .words = WORDS(WORD("SHELL", CHOICE, .choices = "bash|zsh")),
    .effect = READS,
    .run = run_completion,
};

static void print(void *context, const char *candidate, const char *about)
{
    (void)context;
    printf("%s\t%s\n", candidate, about != NULL ? about : "");
}

static void give_up(int signal_number)
{
    (void)signal_number;
    _exit(EXIT_SUCCESS);
}

static int run_complete(struct arguments *arguments)
{
    signal(SIGALRM, give_up);
    alarm(PATIENCE_S);
    complete(arguments->rest_count, arguments->rest, print, NULL);
    return EXIT_SUCCESS;
}

const struct bank_command command_complete = {
    .name = "complete",
    .help = "what may stand next on a command line",
    .words = WORDS(WORD("WORD", TEXT, .optional = true, .many = true)),
    .effect = READS,
    .hidden = true,
    .run = run_complete,
};
