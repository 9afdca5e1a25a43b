using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Gyre.Contracts;
using Gyre.Models.Adapters;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Benchmarks.Models;

/// <summary>LoRA tensors for every matrix of a configuration, cut from one random pool, each adapter beginning elsewhere in it.</summary>
internal sealed unsafe class SyntheticAdapter : IWeightSource
{
    private const int PoolLength = 1 << 20;
    private static readonly float[] Pool = MakePool();
    private readonly Dictionary<string, WeightTensor> _tensors = new(StringComparer.Ordinal);

    public SyntheticAdapter(DecoderConfiguration configuration, int rank, int number)
    {
        var at = number * 7919;
        foreach (var module in AdapterModule.Of(new LlamaDecoder(configuration)).Where(module => module.Kind == AdapterModuleKind.Matrix && !module.IsOutput))
        {
            Add(module.Path + ".lora_A.weight", rank, module.Columns, ref at);
            Add(module.Path + ".lora_B.weight", module.Rows, rank, ref at);
        }

        Names = [.. _tensors.Keys];
    }

    public IReadOnlyList<string> Names { get; }

    public static AdapterConfiguration ConfigurationOf(int rank) => new()
    {
        Kind = AdapterKind.LowRank,
        Targets = new AdapterTargets { IsAllLinear = true },
        Rank = rank,
        Alpha = rank,
    };

    public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    public void Dispose()
    {
    }

    private static float[] MakePool()
    {
        var random = new SeededRandom(17);
        var pool = GC.AllocateUninitializedArray<float>(PoolLength, pinned: true);
        for (var i = 0; i < pool.Length; i++)
        {
            pool[i] = (random.NextSingle() - 0.5f) * 0.02f;
        }

        return pool;
    }

    private void Add(string name, int rows, int columns, ref int at)
    {
        var first = at % (PoolLength - (rows * columns));
        at += rows * columns;
        name = PeftAdapter.Root + name;
        var place = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(Pool, first);
        _tensors[name] = new WeightTensor(name, ElementFormat.F32, [rows, columns], place, (long)rows * columns * sizeof(float));
    }
}
