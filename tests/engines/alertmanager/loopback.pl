# loopback.pl PORT DIRECTORY: what Prometheus scrapes and where Alertmanager sends, on 127.0.0.1.
# GET /NAME answers with the files DIRECTORY/NAME/*.prom, without their comments; the body of each POST /NAME is
# a line of DIRECTORY/posts, behind NAME and a blank.
use strict;
use warnings;
use IO::Socket::INET;

my ($port, $directory) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my $server = IO::Socket::INET->new(Listen => 50, LocalAddr => '127.0.0.1', LocalPort => $port, ReuseAddr => 1)
    or die "port $port: $!";
open my $posts, '>>', "$directory/posts" or die $!;
$posts->autoflush(1);

while (my $client = $server->accept) {
    my ($method, $name) = (<$client> // '') =~ m{^(\w+) /([\w-]+)} or next;
    my $length = 0;
    while (defined(my $line = <$client>)) {
        $length = $1 if $line =~ /^Content-Length: (\d+)/i;
        last if $line =~ /^\r?\n$/;
    }
    my $answer = '';
    if ($method eq 'POST') {
        read $client, my $body, $length;
        $body =~ s/\n/ /g;
        print $posts "$name $body\n";
    } else {
        for my $file (sort glob "$directory/$name/*.prom") {
            open my $in, '<', $file or next;
            $answer .= join '', grep { !/^#/ } <$in>;
        }
    }
    print $client "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n",
        'Content-Length: ', length $answer, "\r\n\r\n$answer";
    close $client;
}
