#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
#   proxy.pl SOCKET FOLDER
#
# Passes TCP connections on to the Unix socket SOCKET, and does to them what the file FOLDER/network says, which is
# looked at ten times a second: "pass", "delay MILLISECONDS", "throttle BYTES" (a second), "stall" (nothing passes,
# nothing ends), or "cut N" (another N than before ends all that there are, and then it passes; N is in FOLDER/cut
# once that is done). Its port is in FOLDER/port once it listens.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Time::HiRes 'time';

my ($path, $folder) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my $door = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 64) or die "cannot listen: $!\n";
open my $port, '>', "$folder/port.new" or die $!;
print $port $door->sockport, "\n";
close $port;
rename "$folder/port.new", "$folder/port";

my (%other, %chunks, %allowed);    # by socket: its peer; what is on its way to it as [when, bytes]; bytes it may have
my ($mode, $value, $cuts, $looked, $last) = ('pass', 0, 0, 0, time);

sub end {
    my ($socket) = @_;
    for my $one ($socket, delete $other{$socket}) {
        next unless defined $one;
        delete $other{$one};
        delete $chunks{$one};
        close $one;
    }
}

# A copy: sockets go while it is walked through.
sub sockets {
    my @all = values %other;
    return @all;
}

sub look {
    open my $file, '<', "$folder/network" or return;
    my ($word, $number) = split ' ', <$file> // 'pass';
    ($mode, $value) = ($word // 'pass', $number // 0);
    return unless $mode eq 'cut';
    $mode = 'pass';
    return if $value == $cuts;
    $cuts = $value;
    for my $socket (sockets()) { end($socket); }
    open my $cut, '>', "$folder/cut" or die $!;
    print $cut "$value\n";
    close $cut;
}

while (1) {
    my $now = time;
    if ($now - $looked > 0.1) {
        look();
        $looked = $now;
    }
    my $read = IO::Select->new($door, $mode eq 'stall' ? () : grep { @{ $chunks{ $other{$_} } // [] } < 64 } sockets());
    for my $socket ($read->can_read(0.02)) {
        if ($socket == $door) {
            my $in = $door->accept or next;
            my $out = IO::Socket::UNIX->new(Peer => $path);
            if (!$out) { close $in; next; }
            @other{ $in, $out } = ($out, $in);
            next;
        }
        next unless $other{$socket};
        my $length = sysread $socket, my $bytes, 65536;
        if (!$length) { end($socket); next; }
        push @{ $chunks{ $other{$socket} } }, [ time + ($mode eq 'delay' ? $value / 1000 : 0), $bytes ];
    }
    my $budget = ($now - $last) * ($mode eq 'throttle' ? $value : 1e9);
    $last = $now;
    next if $mode eq 'stall';
    for my $socket (sockets()) {
        next unless $other{$socket};
        while (my $first = $chunks{$socket}[0]) {
            last if $first->[0] > time || $budget < 1;
            my $sent = syswrite $socket, $first->[1], $budget < length $first->[1] ? int $budget : length $first->[1];
            if (!defined $sent) { end($socket); last; }
            $budget -= $sent;
            substr $first->[1], 0, $sent, '';
            shift @{ $chunks{$socket} } if $first->[1] eq '';
        }
    }
}
