# SPDX-License-Identifier: MIT
#
# terminal.pl HOME TELLER COMMAND...: a terminal that signs on and sends each command, a JSON object of its own
# fields, with PIN and PAN where it needs a pin_block; prints the replies.
use strict; use warnings; use IO::Socket::UNIX; use JSON::PP;
my ($home, $teller, @commands) = @ARGV;
open my $file, '<', "$home/keys/terminal-$teller.key" or die "no key: $!"; chomp(my $key = <$file>);
sub through { my ($input, @command) = @_;
    open my $in, '>', "$home/../input" or die; binmode $in; print $in $input; close $in;
    open my $out, '-|', "@command < '$home/../input'" or die; binmode $out; local $/; return scalar <$out>; }
sub mac { my ($with, $text) = @_; my $hex = through($text, "openssl mac -cipher AES-128-CBC -macopt hexkey:$with -in - CMAC");
    $hex =~ s/\s//g; return lc $hex; }
sub aes { return through($_[0], "openssl enc -aes-128-ecb -nopad -K $key"); }
sub pin_block { my ($pan, $pin) = @_;
    my $pin_field = substr('4' . length($pin) . $pin . 'A' x 16, 0, 16) . '0011223344556677';
    my $pan_field = substr((length($pan) - 12) . $pan . '0' x 32, 0, 32);
    return unpack 'H*', aes(aes(pack 'H*', $pin_field) ^ pack('H*', $pan_field)); }
my $number = time; sub id { return sprintf '00000000-0000-4000-9%03x-%012x', $$ & 0xfff, ++$number; }
my $socket = IO::Socket::UNIX->new("$home/atm.sock") or die "no bank: $!"; $socket->autoflush(1);
sub send_one { my $fields = shift; print $socket encode_json({ v => 1, teller_id => $teller, %$fields }), "\n";
    return scalar <$socket>; }
my $id = id();
send_one({ id => $id, command => 'SignOn', mac => mac(mac($key, 'EsBank sign-on'), "SignOn\n$id\n$teller\n") });
for (@commands) { my $fields = decode_json($_); $fields->{id} //= id();
    $fields->{pin_block} = pin_block($fields->{card}, delete $fields->{pin}) if $fields->{pin};
    print send_one($fields); }
