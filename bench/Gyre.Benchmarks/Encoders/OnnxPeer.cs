using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Gyre.Benchmarks.Encoders;

/// <summary>ONNX Runtime in a process of its own, which embeds the sequences when it is told to (bench/peers/embed_onnx.mjs).</summary>
internal sealed class OnnxPeer : IDisposable
{
    private readonly Process _process;

    public OnnxPeer(string node, string script, string folder, string model, int threads, string sequences, string optimised)
    {
        var start = new ProcessStartInfo(node, [script, folder, model, $"{threads}", sequences, optimised])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"Starting '{node}' gave no process.");
        var greeting = _process.StandardOutput.ReadLine();
        Greeting = greeting?.StartsWith("ready ", StringComparison.Ordinal) == true
            ? greeting["ready ".Length..]
            : throw new InvalidOperationException("The ONNX Runtime peer ended without a greeting; see its message above. Expected a folder with onnxruntime-node behind --peer.");
    }

    /// <summary>What the peer said about itself.</summary>
    public string Greeting { get; }

    /// <summary>Embeds all sequences in batches; returns the seconds it took.</summary>
    public double Run(int batch, int passes) => double.Parse(Ask($"run {batch} {passes}"), CultureInfo.InvariantCulture);

    public float[][] Vectors() => JsonSerializer.Deserialize<float[][]>(Ask("vectors"))!;

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The ONNX Runtime peer ended at '{command}'; see its message above.");
    }
}
