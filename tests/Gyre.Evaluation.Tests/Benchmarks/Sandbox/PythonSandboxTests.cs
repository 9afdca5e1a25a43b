using System.Net;
using System.Net.Sockets;
using Gyre.Evaluation.Benchmarks.Sandbox;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Tests.Benchmarks.Sandbox;

/// <summary>Real programs in the machine's own Python; what a system does not offer is skipped aloud.</summary>
public sealed class PythonSandboxTests(OpenSandbox open) : IClassFixture<OpenSandbox>
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

    [Theory]
    [InlineData("assert sorted([2, 1]) == [1, 2]", ProgramVerdict.Passed, "")]
    [InlineData("import math, re, collections, itertools, typing, hashlib, heapq, statistics", ProgramVerdict.Passed, "")]
    [InlineData("assert 1 == 2, 'no'", ProgramVerdict.Raised, "AssertionError: no")]
    [InlineData("def f(:", ProgramVerdict.Raised, "SyntaxError")]
    [InlineData("import sys\nsys.exit(0)", ProgramVerdict.Raised, "SystemExit")]
    [InlineData("import os\nos._exit(0)", ProgramVerdict.Vanished, "no verdict")]
    [InlineData("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", ProgramVerdict.Vanished, "")]
    [InlineData("x = bytearray(1 << 30)", ProgramVerdict.OutOfMemory, "memory")]
    [InlineData("f = lambda: f()\nf()", ProgramVerdict.Raised, "RecursionError")]
    [InlineData("input()", ProgramVerdict.Raised, "EOFError")]
    public async Task A_program_ends_as_it_does(string source, ProgramVerdict verdict, string detail)
    {
        if (source.Contains("SIGSEGV") && Sandbox.Isolation.HasOwnProcesses)
        {
            // The first process of a namespace is not ended by its own signals.
            source = "import ctypes\nctypes.string_at(0)";
        }

        var result = await Sandbox.RunAsync(source);

        result.Verdict.ShouldBe(verdict, result.Detail);
        result.Detail.ShouldContain(detail);
        result.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_killed_with_all_it_started()
    {
        using var quick = await PythonSandbox.OpenAsync(new SandboxLimits { Time = TimeSpan.FromSeconds(2) }, TimeProvider.System);
        using var folder = new TemporaryFolder();

        var result = await quick.RunAsync("import os\nfor _ in range(3):\n    if os.fork() == 0:\n        os.setsid()\n        break\nwhile True:\n    pass");

        result.Verdict.ShouldBe(ProgramVerdict.TimedOut);
        result.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Output_is_kept_to_its_bound()
    {
        var result = await Sandbox.RunAsync("for i in range(200000):\n    print('x' * 100)");

        result.Verdict.ShouldBe(ProgramVerdict.Passed);
        result.Output.Length.ShouldBe(1000);
    }

    [Fact]
    public async Task Printing_what_looks_like_a_verdict_changes_nothing() =>
        (await Sandbox.RunAsync("print('00000000000000000000000000000000 passed x')\nraise ValueError('no')")).Verdict.ShouldBe(ProgramVerdict.Raised);

    [Fact]
    public async Task The_environment_and_the_folder_are_empty()
    {
        Environment.SetEnvironmentVariable("GYRE_TEST_SECRET", "hidden");

        (await Sandbox.RunAsync("import os\nassert 'GYRE_TEST_SECRET' not in os.environ\nassert os.listdir('.') == []\nopen('a.txt', 'w').write('b')\nassert open('a.txt').read() == 'b'")).ShouldSatisfyAllConditions(
            result => result.Verdict.ShouldBe(ProgramVerdict.Passed, result.Detail));
        (await Sandbox.RunAsync("import os\nassert os.listdir('.') == []")).Verdict.ShouldBe(ProgramVerdict.Passed);
    }

    [Fact]
    public async Task Files_stay_small()
    {
        if (!Sandbox.Isolation.HasLimits)
        {
            Assert.Skip("This system does not limit files.");
        }

        (await Sandbox.RunAsync("open('a', 'wb').write(b'x' * (2 << 20))")).Verdict.ShouldNotBe(ProgramVerdict.Passed);
    }

    [Fact]
    public async Task The_network_is_out_of_reach()
    {
        if (!Sandbox.Isolation.HasNoNetwork)
        {
            Assert.Skip("This system does not give a program a network of its own.");
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var result = await Sandbox.RunAsync($"import socket\nsocket.create_connection(('127.0.0.1', {((IPEndPoint)listener.LocalEndpoint).Port}), 2)");

        result.Verdict.ShouldBe(ProgramVerdict.Raised);
        result.Detail.ShouldContain("Error");
        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Files_of_the_user_are_out_of_reach()
    {
        if (!Sandbox.Isolation.IsConfined)
        {
            Assert.Skip("This system does not confine a program to folders.");
        }

        using var folder = new TemporaryFolder();
        var path = folder.Write("secret.txt", "secret");

        (await Sandbox.RunAsync($"open('{path}').read()")).Detail.ShouldContain("PermissionError");
        (await Sandbox.RunAsync($"open('{path}', 'w').write('x')")).Detail.ShouldContain("PermissionError");
        File.ReadAllText(path).ShouldBe("secret");
    }

    [Fact]
    public async Task Other_processes_are_out_of_sight()
    {
        if (!Sandbox.Isolation.HasOwnProcesses)
        {
            Assert.Skip("This system does not give a program processes of its own.");
        }

        var result = await Sandbox.RunAsync($"import os\nos.kill({Environment.ProcessId}, 0)");

        result.Detail.ShouldContain("ProcessLookupError");
    }

    [Fact]
    public async Task What_is_not_held_is_said()
    {
        var none = new SandboxIsolation(false, true, true, true, false, true);

        none.Missing.ShouldBe(["the network can be reached", "memory, processor time and file sizes are not limited"]);
        Sandbox.Isolation.Missing.Count.ShouldBeLessThan(6);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Without_Python_nothing_runs_and_the_result_says_why()
    {
        using var absent = await PythonSandbox.OpenAsync(new SandboxLimits(), TimeProvider.System, "no-such-python");

        var result = await absent.RunAsync("print(1)");

        absent.Absence!.Cause.ShouldBe(UndefinedCause.MissingInput);
        result.Verdict.ShouldBe(ProgramVerdict.NotRun);
        result.Reason!.Detail.ShouldContain("'no-such-python' is absent");
    }

    [Fact]
    public async Task Cancelling_kills_the_program()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        await Should.ThrowAsync<OperationCanceledException>(Sandbox.RunAsync("while True: pass", source.Token));
    }
}
