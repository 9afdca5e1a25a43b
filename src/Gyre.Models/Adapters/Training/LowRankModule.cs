using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>W·x + s·B·(E∘A·x) of a matrix: LoRA, rsLoRA, AdaLoRA and, with rows scaled to learned lengths, DoRA. Parts of a fused module share A.</summary>
internal sealed class LowRankModule : ModuleAdapter
{
    /// <summary>Deviation of AdaLoRA's matrices at the beginning.</summary>
    private const float AdaptiveDeviation = 0.02f;

    private readonly AdapterDropout _dropout;
    private readonly LowRankPart[] _parts;
    private (Tape? Tape, long Pass, int Place) _reducedOf;
    private (Tape? Tape, long Pass, int Place) _droppedOf;
    private Tensor? _reduced;
    private Tensor? _dropped;

    public LowRankModule(AdapterModule module, AdapterConfiguration configuration, AdapterDropout dropout, TensorPool pool)
        : base(module)
    {
        _dropout = dropout;
        Rank = Math.Max(1, configuration.RankOf(module.Path)); // Of none that were kept one stays, at zero.
        Scale = configuration.ScaleOf(module.Path);
        Down = Train(pool, ".lora_A", decays: true, Rank, module.Columns);
        Importance = configuration.Kind == AdapterKind.AdaptiveLowRank ? Train(pool, ".lora_E", decays: false, 1, Rank) : null;
        _parts = [.. module.Parts.Select((part, i) => new LowRankPart(
            this,
            Train(pool, ".lora_B" + Named(i), decays: true, part.Outputs, Rank),
            configuration.HasMagnitudes ? Train(pool, ".lora_magnitude_vector" + Named(i), decays: false, part.Outputs) : null))];
        Ups = [.. _parts.Select(part => part.Up)];
    }

    public int Rank { get; }

    public float Scale { get; }

    /// <summary>A: [rank, inputs].</summary>
    public Tensor Down { get; }

    /// <summary>B of each part: [outputs, rank].</summary>
    public IReadOnlyList<Tensor> Ups { get; }

    /// <summary>E: [1, rank]; null without.</summary>
    public Tensor? Importance { get; }

    /// <summary>For each rank 1, or 0 where it was taken away.</summary>
    public float[] Flags { get; set; } = [];

    /// <summary>Which ranks are left.</summary>
    public bool[] Kept => Flags.Length == 0 ? [.. Enumerable.Repeat(true, Rank)] : Array.ConvertAll(Flags, flag => flag > 0);

    /// <summary>The reference keeps the number of ranks of an adaptive product as a parameter that is not trained.</summary>
    public override int Constants => Importance is null ? 0 : 1;

    public bool Drops => _dropout.IsOn;

    /// <summary>Random numbers for A, zeros for B; both random and E zero when ranks are to be taken away.</summary>
    public void Initialise(SeededRandom random)
    {
        if (Importance is not null)
        {
            Importance.Fill(0);
            FillNormal(Down, random.Fork(Module.Path + ".lora_A"), AdaptiveDeviation);
            var source = random.Fork(Module.Path + ".lora_B");
            foreach (var up in Ups)
            {
                FillNormal(up, source, AdaptiveDeviation);
            }

            return;
        }

        // Kaiming's uniform numbers with a = √5: ± 1/√inputs.
        var (uniform, bound) = (random.Fork(Module.Path + ".lora_A"), 1f / MathF.Sqrt(Module.Columns));
        foreach (ref var value in Down.Span)
        {
            value = ((2f * uniform.NextSingle()) - 1f) * bound;
        }

        foreach (var up in Ups)
        {
            up.Fill(0);
        }
    }

    public override void Lay(AdapterOverlay overlay)
    {
        for (var i = 0; i < _parts.Length; i++)
        {
            var spec = Module.Parts[i].Weight;
            _parts[i].Under = overlay.Under(spec);
            overlay.Put(spec, _parts[i]);
        }
    }

    /// <summary>Sets the magnitudes to the lengths of the rows as they are, when the adapter is new.</summary>
    public void MeasureMagnitudes()
    {
        foreach (var part in _parts)
        {
            if (part.Magnitude is { } magnitude)
            {
                part.Lengths(magnitude.Span);
            }
        }
    }

    public override void Write(AdapterFile file)
    {
        if (Importance is not null)
        {
            WriteKept(file, Importance);
            return;
        }

        file.Add(Module, ".lora_A.weight", Down, Rank, Module.Columns);
        file.AddParts(Module, ".lora_B.weight", Ups, Module.Rows, Rank);
        if (_parts[0].Magnitude is not null)
        {
            file.AddParts(Module, ".lora_magnitude_vector", Magnitudes(), Module.Rows);
        }
    }

    /// <summary>Adds itself to an adapter of llama.cpp; factors go into A.</summary>
    public void Write(GgufAdapter file)
    {
        var down = Down.ToArray();
        for (var i = 0; i < down.Length && Importance is not null; i++)
        {
            down[i] *= Importance.Span[i / Module.Columns];
        }

        file.Add(Module, down, Ups, Scale);
    }

    public override void Fill(AdapterChange change)
    {
        if (change.Down is null || change.Up is null)
        {
            // No rank was kept.
            Down.Fill(0);
            Importance?.Fill(0);
            Flags.AsSpan().Clear();
            foreach (var up in Ups)
            {
                up.Fill(0);
            }

            return;
        }

        Down.CopyFrom(AdapterFile.Read(change.Down));
        AdapterFile.Split(Module, AdapterFile.Read(change.Up), Ups);
        if (change.Importance is not null)
        {
            Importance?.CopyFrom(AdapterFile.Read(change.Importance));
        }

        if (change.Magnitude is not null)
        {
            AdapterFile.Split(Module, AdapterFile.Read(change.Magnitude), Magnitudes());
        }
    }

    public override void Merge(AdapterMerge merge)
    {
        if (Module.IsTied)
        {
            merge.RequireAlone(Module);
        }

        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i].Merge(merge.Change(Module.Parts[i].Weight), Module.Columns);
        }
    }

    /// <summary>What the first product gives, times scale and factors: once for all parts that read the same value.</summary>
    public Tensor Reduced(in TapeInput input)
    {
        if (_reduced is null || _reducedOf != (input.Tape, input.Pass, input.Place))
        {
            var reduced = input.Tape.Linear(Dropped(in input), Down);
            reduced = Importance is null ? reduced : input.Tape.Multiply(reduced, Importance);
            _reduced = Scale == 1f ? reduced : input.Tape.Scale(reduced, Scale);
            _reducedOf = (input.Tape, input.Pass, input.Place);
        }

        return _reduced;
    }

    /// <summary>The input as the adapter sees it.</summary>
    public Tensor Dropped(in TapeInput input)
    {
        if (!_dropout.IsOn)
        {
            return input.X;
        }

        if (_dropped is null || _droppedOf != (input.Tape, input.Pass, input.Place))
        {
            _dropped = _dropout.Apply(input.Tape, input.X, Module.Path);
            _droppedOf = (input.Tape, input.Pass, input.Place);
        }

        return _dropped;
    }

    /// <summary>row += s·B[row]·(E∘A).</summary>
    public void AddProduct(ReadOnlySpan<float> up, Span<float> row)
    {
        for (var k = 0; k < Rank; k++)
        {
            var factor = up[k] * Scale * (Importance is null ? 1f : Importance.Span[k]);
            WeightRows.Add(row, Down.Span.Slice(k * row.Length, row.Length), factor);
        }
    }

    private static void FillNormal(Tensor tensor, SeededRandom random, float deviation)
    {
        foreach (ref var value in tensor.Span)
        {
            value = (float)random.NextGaussian() * deviation;
        }
    }

    private Tensor[] Magnitudes() => [.. _parts.Select(part => part.Magnitude!)]; // Asked of DoRA only.

    private void WriteKept(AdapterFile file, Tensor factors)
    {
        var kept = Kept;
        int[] ranks = [.. Enumerable.Range(0, Rank).Where(k => kept[k])];
        var columns = Module.Columns;
        float[] down = [.. ranks.SelectMany(k => Down.Span.Slice(k * columns, columns).ToArray())];
        var joined = AdapterFile.Joined(Module, Ups);
        var up = new float[Module.Rows * ranks.Length];
        for (var i = 0; i < up.Length; i++)
        {
            up[i] = joined[(i / ranks.Length * Rank) + ranks[i % ranks.Length]];
        }

        var path = PeftAdapter.Root + Module.Path;
        file.Add(path + ".lora_A", down, ranks.Length, columns);
        file.Add(path + ".lora_B", up, Module.Rows, ranks.Length);
        file.Add(path + ".lora_E", [.. ranks.Select(k => factors.Span[k])], ranks.Length, 1);
    }
}
