using System.Diagnostics;
using System.Security.Cryptography;
using Gyre.Server.Tests.Fakes;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Conformance;

/// <summary>The official JavaScript client, run by node, against the same scenarios as the .NET one.</summary>
/// <remarks>Its package is installed once into artifacts/, from the lock file; without node or a network the test skips aloud.</remarks>
public class JavaScriptClientTests
{
    [Fact]
    public async Task Every_scenario_passes()
    {
        var client = await InstallAsync();
        await using var server = await ConformanceServer.StartAsync();

        var (code, output) = await RunAsync(
            "node",
            [Path.Combine(ConformanceServer.Folder, "conformance.mjs")],
            ConformanceServer.Folder,
            new Dictionary<string, string> { ["GYRE_URL"] = new Uri(server.Host.Address, "v1").ToString(), ["GYRE_CLIENT"] = client },
            TimeSpan.FromSeconds(120));

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        lines.Where(line => !line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBeEmpty();
        lines.ShouldBe(ConformanceServer.Names.Select(name => "ok " + name));
        code.ShouldBe(0);
        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    /// <summary>The folder that holds the client, named by the lock file so that a new version is a new folder.</summary>
    private static async Task<string> InstallAsync()
    {
        if (await TryRunAsync("node", ["--version"]) is not { Code: 0 } || await TryRunAsync("npm", ["--version"]) is not { Code: 0 })
        {
            Assert.Skip("Needs node and npm on the path.");
        }

        var lockFile = Path.Combine(ConformanceServer.Folder, "package-lock.json");
        var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(lockFile)))[..16];
        var folder = Path.Combine(TestData.RepositoryRoot, "artifacts", "conformance", digest);
        if (File.Exists(Path.Combine(folder, "installed")))
        {
            return folder;
        }

        Directory.CreateDirectory(folder);
        foreach (var name in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(ConformanceServer.Folder, name), Path.Combine(folder, name), overwrite: true);
        }

        var (code, output) = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, [], TimeSpan.FromMinutes(2));
        if (code != 0)
        {
            Assert.Skip($"Needs the package registry once, to install the JavaScript client: npm ci ended with {code}: {output}");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "installed"), "");
        return folder;
    }

    private static async Task<(int Code, string Output)?> TryRunAsync(string program, string[] arguments)
    {
        try
        {
            return await RunAsync(program, arguments, ConformanceServer.Folder, [], TimeSpan.FromSeconds(30));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // There is no such program.
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string folder, Dictionary<string, string> variables, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!; // Started with a program of its own: never null.
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException error)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} took longer than {limit}: {await output}{await errors}", error);
        }

        return (process.ExitCode, await output + (process.ExitCode == 0 ? "" : await errors));
    }
}
