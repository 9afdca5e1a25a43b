using System.Text.Json.Nodes;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>A folder of the kit with an encoder: its padded batch as sequences of their own lengths, and what the reference made of them.</summary>
internal sealed class EncoderGolden : IDisposable
{
    private readonly GoldenArrays _arrays;

    public EncoderGolden(string name)
    {
        Path = TestData.Require("models/kit/" + name);
        Json = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(Path, "golden.json")))!;
        _arrays = GoldenArrays.Open(Path);
        var lengths = _arrays.Ids("attention_mask").Select(mask => mask.Sum()).ToArray();
        PaddedLength = _arrays.Ids("attention_mask")[0].Length;
        Sequences = [.. _arrays.Ids("input_ids").Select((ids, i) => ids[..lengths[i]])];
        Types = _arrays.Has("token_type_ids") ? [.. _arrays.Ids("token_type_ids").Select((types, i) => types[..lengths[i]])] : [.. lengths.Select(length => new int[length])];
    }

    public string Path { get; }

    public JsonNode Json { get; }

    public int PaddedLength { get; }

    public int[][] Sequences { get; }

    public int[][] Types { get; }

    public double Tolerance => (double)Json["tolerance"]!["float32_engine_vs_float64_golden"]!["abs"]!;

    public bool Has(string array) => _arrays.Has(array);

    /// <summary>The numbers of one sequence's tokens, without those of the padding.</summary>
    public ReadOnlySpan<double> OfTokens(string array, int sequence)
    {
        var all = _arrays.Numbers(array);
        var row = all.Length / Sequences.Length;
        return all.AsSpan(sequence * row, row / PaddedLength * Sequences[sequence].Length);
    }

    /// <summary>The numbers of one sequence.</summary>
    public ReadOnlySpan<double> OfSequence(string array, int sequence)
    {
        var all = _arrays.Numbers(array);
        var row = all.Length / Sequences.Length;
        return all.AsSpan(sequence * row, row);
    }

    public int[][] Labels(string array) => _arrays.Ids(array);

    public void Dispose() => _arrays.Dispose();
}
