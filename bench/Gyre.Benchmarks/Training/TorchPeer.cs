using System.Diagnostics;
using System.Globalization;

namespace Gyre.Benchmarks.Training;

/// <summary>PyTorch in a process of its own, which takes a step when it is told to (bench/peers/train_step.py).</summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process _process;

    private TorchPeer(Process process, string greeting)
    {
        _process = process;
        Greeting = greeting;
    }

    /// <summary>What the peer said about itself.</summary>
    public string Greeting { get; }

    /// <summary>Starts the peer; null with a reason when it cannot run.</summary>
    public static TorchPeer? TryStart(string python, string script, string architecture, int feedForward, int threads, out string reason, int rank = 0)
    {
        var start = new ProcessStartInfo(python, [script, "--arch", architecture, "--ffn", $"{feedForward}", "--threads", $"{threads}", "--lora", $"{rank}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // Where PyTorch calls OpenBLAS, torch.set_num_threads does not reach the threads of its products.
        start.Environment["OPENBLAS_NUM_THREADS"] = $"{threads}";
        // A thread that spins while the other process measures would slow both.
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        Process? process = null;
        try
        {
            process = Process.Start(start) ?? throw new InvalidOperationException("no process started");
            reason = "";
            return process.StandardOutput.ReadLine() is { } greeting && greeting.StartsWith("ready", StringComparison.Ordinal)
                ? new TorchPeer(process, greeting["ready ".Length..])
                : throw new InvalidOperationException("it ended without a greeting; see its message above");
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            process?.Dispose();
            reason = $"The PyTorch peer cannot run ({error.Message}); on Debian: apt-get install python3-torch, and --python /usr/bin/python3.";
            return null;
        }
    }

    /// <summary>Takes steps and returns the seconds they took.</summary>
    public double Run(int steps)
    {
        _process.StandardInput.WriteLine($"run {steps}");
        _process.StandardInput.Flush();
        return double.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The PyTorch peer ended."), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
