/* SPDX-License-Identifier: MIT */
/*
 * A syntax of the table becomes a rule word by word: fixed words in quotes,
 * kinds as names, brackets as they are, "..." as a repetition. What the kinds
 * are made of is one of few forms; what each must mean is its comment.
 */
#include "keys/suite/grammar.h"
#include "keys/script/directives.h"
#include "keys/script/mask.h"
#include "keys/script/script.h"

#include <ctype.h>
#include <string.h>

static const char LINES[] =
    "script     = { line } ;\n"
    "line       = [ blanks ] , [ statement , { separator , statement } ] , [ blanks ] ,\n"
    "             [ comment ] , newline ;\n"
    "separator  = blanks , \";\" , blanks ;\n"
    "comment    = \"#\" , { character - newline } ;\n"
    "statement  = directive | block | call ;\n"
    "block      = opening , [ { row } , \"do\" ] , { line } , \"end\" ;\n"
    "call       = macro name , { VALUE } ;\n"
    "row        = VALUE , { VALUE } , newline ;   (* of cases only *)\n\n";

static const char FORMS[] =
    "word       = character - ( blank | \"\\\"\" ) , { character - blank } ;\n"
    "string     = \"\\\"\" , { character - ( \"\\\"\" | \"\\\\\" ) | escape } , \"\\\"\" ;\n"
    "escape     = \"\\\\\" , ( \"n\" | \"r\" | \"t\" | \"e\" | \"x\" , hex , hex | character ) ;\n"
    "regex      = \"/\" , { character - \"/\" | \"\\\\/\" } , \"/\" ;   (* POSIX extended *)\n"
    "pair       = name , \"=\" , ( word | string ) | string ;\n"
    "words      = character , { character } ;   (* up to a separator, a comment or the line's end "
    "*)\n"
    "rest       = character , { character } ;   (* up to the line's end, ; and # included *)\n"
    "variable   = \"${\" , name , \"}\" ;   (* in any value; filled in as the directive is played "
    "*)\n\n";

static void word_write(FILE *out, const char *word, size_t length)
{
    bool kind = isupper((unsigned char)word[0]) != 0;
    fprintf(out, kind ? "%.*s" : "\"%.*s\"", (int)length, word);
}

/* "wait text TEXT [within TIME]" as "wait" , "text" , TEXT , [ "within" , TIME ] */
static void syntax_write(FILE *out, const char *syntax)
{
    bool first = true;
    while (*syntax != '\0') {
        bool optional = *syntax == '[';
        syntax += optional;
        size_t length = strcspn(syntax, " ].");
        bool repeated = strncmp(syntax + length, "...", 3) == 0;
        fprintf(out, "%s%s", first ? "" : " , ", optional ? "[ " : "");
        word_write(out, syntax, length);
        if (repeated)
            fprintf(out, " , { %.*s }", (int)length, syntax);
        syntax += length + (repeated ? 3 : 0);
        if (*syntax == ']') {
            fputs(" ]", out);
            syntax++;
        }
        syntax += strspn(syntax, " ");
        first = false;
    }
}

/* The directives that open a block, or those that do not. */
static void directives_write(FILE *out, const char *name, bool blocks)
{
    const char *begin = "=";
    for (int i = 0; i < DIRECTIVE_COUNT; i++) {
        const struct directive *directive = directive_of((enum directive_name)i);
        if (directive->syntax[0] == '\0' || directive->name == DO_END ||
            ((directive->traits & BLOCK) != 0) != blocks)
            continue;
        fprintf(out, "%-10s %s ", begin[0] == '=' ? name : "", begin);
        syntax_write(out, directive->syntax);
        fputc('\n', out);
        begin = "|";
    }
    fputs("           ;\n\n", out);
}

static void kinds_write(FILE *out)
{
    static const char *const FORM[] = { [VALUE_WORD] = "word | string",
                                        [VALUE_PAIR] = "pair",
                                        [VALUE_TEXT] = "word | string | regex",
                                        [VALUE_WORDS] = "words",
                                        [VALUE_LINE] = "rest" };
    size_t count;
    const struct value_kind *kind = value_kinds(&count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%-10s = %s ;   (* %s *)\n", kind[i].name, FORM[kind[i].form], kind[i].help);
}

void grammar_write(FILE *out)
{
    fputs("(* Scripts of keys(1), in EBNF. Written by keys --grammar. *)\n\n", out);
    fputs(LINES, out);
    directives_write(out, "directive", false);
    directives_write(out, "opening", true);
    kinds_write(out);
    fputs("\n(* Masks:\n", out);
    masks_help(out);
    fputs("*)\n\n", out);
    fputs(FORMS, out);
}
