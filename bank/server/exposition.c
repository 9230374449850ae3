/* SPDX-License-Identifier: MIT */
#include "bank/server/exposition.h"

#include "shared/error.h"

#include <inttypes.h>
#include <string.h>

static const char *const type_names[] = { "counter", "gauge", "histogram" };

void exposition_begin(struct exposition *to, bool open_metrics)
{
    *to = (struct exposition){ .open_metrics = open_metrics };
    to->out = open_memstream(&to->text, &to->length);
    if (to->out == NULL)
        panic("out of memory");
}

char *exposition_end(struct exposition *to, size_t *length)
{
    if (to->open_metrics)
        fputs("# EOF\n", to->out);
    if (fclose(to->out) != 0)
        panic("out of memory");
    *length = to->length;
    return to->text;
}

void exposition_family(struct exposition *to, const struct exposition_family *family)
{
    const char *end = family->type == FIGURE_COUNTER && !to->open_metrics ? "_total" : "";
    fprintf(to->out, "# HELP %s%s %s\n# TYPE %s%s %s\n", family->name, end, family->help,
            family->name, end, type_names[family->type]);
    if (family->unit[0] != '\0' && to->open_metrics)
        fprintf(to->out, "# UNIT %s %s\n", family->name, family->unit);
}

static void braces(struct exposition *to, const char *labels)
{
    if (labels[0] != '\0')
        fprintf(to->out, "{%s}", labels);
}

void exposition_sample(struct exposition *to, const struct exposition_family *family,
                       const char *labels, int64_t value)
{
    fprintf(to->out, "%s%s", family->name, family->type == FIGURE_COUNTER ? "_total" : "");
    braces(to, labels);
    fprintf(to->out, " %" PRId64 "\n", value);
}

static void number(struct exposition *to, int64_t value, bool micro)
{
    if (micro)
        fprintf(to->out, "%" PRId64 ".%06" PRId64, value / 1000000, value % 1000000);
    else
        fprintf(to->out, "%" PRId64 ".0", value);
}

static void bucket(struct exposition *to, const struct exposition_family *family,
                   const char *labels)
{
    fprintf(to->out, "%s_bucket{%s%sle=\"", family->name, labels, labels[0] != '\0' ? "," : "");
}

void exposition_histogram(struct exposition *to, const struct exposition_family *family,
                          const char *labels, const struct histogram *histogram, unsigned first,
                          unsigned last)
{
    const bool micro = strcmp(family->unit, "seconds") == 0;
    for (unsigned power = first; power <= last; power++) {
        bucket(to, family, labels);
        number(to, INT64_C(1) << power, micro);
        fprintf(to->out, "\"} %" PRId64 "\n", histogram_at_most(histogram, power));
    }
    bucket(to, family, labels);
    fprintf(to->out, "+Inf\"} %" PRId64 "\n%s_count", histogram->count, family->name);
    braces(to, labels);
    fprintf(to->out, " %" PRId64 "\n%s_sum", histogram->count, family->name);
    braces(to, labels);
    putc(' ', to->out);
    number(to, histogram->sum, micro);
    putc('\n', to->out);
}
