# SPDX-License-Identifier: MIT
# Reads "section name value" lines into medians; report.awk and growth.awk come after it with -f.

$1 == "setting" {
    name = $2
    sub(/^setting [^ ]* /, "")
    setting[++settings] = name
    setting_value[name] = $0
    next
}

{
    if (!($1 in known)) {
        known[$1] = 1
        section[++sections] = $1
    }
    if (!(($1, $2) in times))
        names[$1] = names[$1] " " $2
    value[$1, $2, ++times[$1, $2]] = $3
}

# Of the values of a figure; of two in the middle, the lower one.
function median(s, n,    i, j, swap, count, sorted) {
    count = times[s, n]
    for (i = 1; i <= count; i++) {
        sorted[i] = value[s, n, i] + 0
        for (j = i; j > 1 && sorted[j - 1] > sorted[j]; j--) {
            swap = sorted[j]
            sorted[j] = sorted[j - 1]
            sorted[j - 1] = swap
        }
    }
    return count ? sorted[int((count + 1) / 2)] : 0
}

function spread(s, n,    i, low, high) {
    for (i = 1; i <= times[s, n]; i++) {
        if (i == 1 || value[s, n, i] + 0 < low)
            low = value[s, n, i] + 0
        if (i == 1 || value[s, n, i] + 0 > high)
            high = value[s, n, i] + 0
    }
    return times[s, n] > 1 ? sprintf("%.0f to %.0f", low, high) : ""
}

# The highest median among the sections that begin so.
function best(prefix, n,    i, most) {
    for (i = 1; i <= sections; i++)
        if (index(section[i], prefix) == 1 && median(section[i], n) > most)
            most = median(section[i], n)
    return most + 0
}

function ratio(a, b) {
    return b > 0 ? a / b : 0
}

# A number as JSON has it, without a fraction nobody needs.
function number(x) {
    return x >= 1000 || x == int(x) ? sprintf("%.0f", x) : sprintf("%.4g", x)
}

# The members every report has; the caller closes the object.
function json_open(    i, j, k, count, part) {
    printf "{\"runs\":%d,\"window_s\":%d,\"accounts\":%d,\"processors\":%d,\"settings\":{", runs, seconds, accounts, processors
    for (i = 1; i <= settings; i++)
        printf "%s\"%s\":\"%s\"", (i > 1 ? "," : ""), setting[i], setting_value[setting[i]]
    printf "},\"medians\":{"
    for (i = 1; i <= sections; i++) {
        printf "%s\"%s\":{", (i > 1 ? "," : ""), section[i]
        count = split(names[section[i]], part, " ")
        for (j = 1; j <= count; j++)
            printf "%s\"%s\":%s", (j > 1 ? "," : ""), part[j], number(median(section[i], part[j]))
        printf "}"
    }
    printf "},\"all_runs\":{"
    k = 0
    for (i = 1; i <= sections; i++) {
        part[1] = (section[i], "transactions_per_s") in times ? "transactions_per_s" : "withdrawals_per_s"
        if (!((section[i], part[1]) in times))
            continue
        printf "%s\"%s\":[", (k++ ? "," : ""), section[i]
        for (j = 1; j <= times[section[i], part[1]]; j++)
            printf "%s%s", (j > 1 ? "," : ""), number(value[section[i], part[1], j])
        printf "]"
    }
    printf "}"
}
