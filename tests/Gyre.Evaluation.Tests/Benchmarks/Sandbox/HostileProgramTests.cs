using Gyre.Evaluation.Benchmarks.Sandbox;

namespace Gyre.Evaluation.Tests.Benchmarks.Sandbox;

/// <summary>Programs that mean harm, in the machine's own Python; what a system does not hold is skipped aloud.</summary>
public sealed class HostileProgramTests(OpenSandbox open) : IClassFixture<OpenSandbox>
{
    private PythonSandbox Sandbox
    {
        get
        {
            if (open.Sandbox.Absence is { } absence)
            {
                Assert.Skip(absence.Detail);
            }

            return open.Sandbox;
        }
    }

    /// <summary>The superuser's processes are limited only where nobody can read Python: the system's own.</summary>
    [Fact]
    public async Task A_fork_bomb_finds_its_bound()
    {
        using var system = await OpenSandbox.OpenAsync("/usr/bin/python3");
        if (system.Absence is not null || !system.Isolation.HasFewProcesses || !system.Isolation.HasOwnProcesses)
        {
            Assert.Skip("This system does not limit the number of a program's processes.");
        }

        var result = await system.RunAsync("""
            import os, time
            count = 0
            try:
                while count < 200:
                    if os.fork() == 0:
                        time.sleep(60)
                    count += 1
            except OSError as error:
                raise SystemExit("stopped at %d" % count)
            """);

        result.Detail.ShouldContain("stopped at");
        int.Parse(result.Detail[(result.Detail.LastIndexOf(' ') + 1)..]).ShouldBeLessThan(16);
        result.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData("x = []\nwhile True:\n    x.append(bytearray(1 << 24))")]
    [InlineData("import mmap\nmmap.mmap(-1, 1 << 34)")]
    public async Task A_memory_bomb_finds_its_bound(string source)
    {
        if (!Sandbox.Isolation.HasLimits)
        {
            Assert.Skip("This system does not limit memory.");
        }

        (await Sandbox.RunAsync(source)).Verdict.ShouldBeOneOf(ProgramVerdict.OutOfMemory, ProgramVerdict.Raised);
    }

    [Theory]
    [InlineData("while True:\n    pass")]
    [InlineData("import time\nwhile True:\n    try:\n        time.sleep(1000)\n    except BaseException:\n        pass")]
    [InlineData("import signal\nfor number in range(1, 65):\n    try:\n        signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError):\n        pass\nwhile True:\n    pass")]
    [InlineData("import re\nre.match('(a+)+$', 'a' * 60 + 'b')")]
    public async Task An_endless_program_is_killed(string source)
    {
        using var quick = await OpenSandbox.OpenAsync(null, seconds: 1);

        var result = await quick.RunAsync(source);

        result.Verdict.ShouldBe(ProgramVerdict.TimedOut);
        result.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("open('/etc/passwd').read()")]
    [InlineData("open('/etc/shadow').read()")]
    [InlineData("import os\nos.listdir('/root')")]
    [InlineData("import os\nos.listdir('/home')")]
    [InlineData("open('/tmp/gyre-hostile', 'w').write('x')")]
    [InlineData("open('../gyre-hostile', 'w').write('x')")]
    [InlineData("import os\nos.symlink('/etc/passwd', 'link')\nopen('link').read()")]
    [InlineData("import os\nos.mkdir('/tmp/gyre-hostile')")]
    [InlineData("import os\nos.remove('/etc/hostname')")]
    [InlineData("import os, sys\nos.rename(sys.executable, 'python')")]
    [InlineData("open('/proc/self/oom_score_adj', 'w').write('1000')")]
    public async Task Files_outside_are_neither_read_nor_written(string source)
    {
        if (!Sandbox.Isolation.IsConfined)
        {
            Assert.Skip("This system does not confine a program to folders.");
        }

        var result = await Sandbox.RunAsync(source);

        result.Verdict.ShouldBe(ProgramVerdict.Raised, result.Output);
        result.Detail.ShouldContain("Error");
        Path.Exists("/tmp/gyre-hostile").ShouldBeFalse();
    }

    [Theory]
    [InlineData("import os\nos.kill(os.getppid(), 9)")]
    [InlineData("import os\nos.kill(-1, 9)")]
    [InlineData("import os, signal\nos.killpg(0, signal.SIGKILL)")]
    [InlineData("import os\nos._exit(0)")]
    public async Task Killing_what_can_be_reached_ends_the_program_alone_and_passes_nothing(string source)
    {
        if (!Sandbox.Isolation.HasOwnProcesses)
        {
            Assert.Skip("This system does not give a program processes of its own.");
        }

        (await Sandbox.RunAsync(source + "\nraise ValueError('still here')")).Verdict.ShouldNotBe(ProgramVerdict.Passed);
        (await Sandbox.RunAsync("assert True")).Verdict.ShouldBe(ProgramVerdict.Passed);
    }

    [Fact]
    public async Task Secrets_of_the_environment_are_nowhere()
    {
        Environment.SetEnvironmentVariable("GYRE_TEST_SECRET", "hidden-7f3a");

        var result = await Sandbox.RunAsync("""
            import glob, os
            found = [v for v in os.environ.values() if 'hidden-7f3a' in v]
            for path in glob.glob('/proc/*/environ'):
                try:
                    found += [path] if b'hidden-7f3a' in open(path, 'rb').read() else []
                except OSError:
                    pass
            assert not found, found
            """);

        result.Verdict.ShouldBe(ProgramVerdict.Passed, result.Detail);
    }

    [Theory]
    [InlineData("import socket\nsocket.create_connection(('1.1.1.1', 53), 2)")]
    [InlineData("import socket\nsocket.getaddrinfo('example.com', 80)")]
    [InlineData("import urllib.request\nurllib.request.urlopen('http://169.254.169.254/', timeout=2)")]
    public async Task The_network_is_not_there(string source)
    {
        if (!Sandbox.Isolation.HasNoNetwork)
        {
            Assert.Skip("This system does not give a program a network of its own.");
        }

        (await Sandbox.RunAsync(source)).Verdict.ShouldBe(ProgramVerdict.Raised);
    }

    [Fact]
    public async Task Many_and_large_files_find_the_folders_bound()
    {
        if (!Sandbox.Isolation.HasOwnFiles)
        {
            Assert.Skip("This system does not give a program files of its own.");
        }

        var result = await Sandbox.RunAsync("for i in range(10000):\n    open('f%d' % i, 'wb').write(b'x' * 65536)");

        result.Verdict.ShouldBe(ProgramVerdict.Raised);
        result.Detail.ShouldContain("No space left");
    }
}
