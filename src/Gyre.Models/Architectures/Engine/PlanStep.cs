using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>One operation of a recorded forward pass, divided into items that any member of the team may do.</summary>
/// <remarks>The items write different places, and no result depends on who does an item or on how items are grouped.</remarks>
[HotPath]
internal abstract unsafe class PlanStep
{
    /// <summary>Values it reads.</summary>
    public abstract IReadOnlyList<Value> Inputs { get; }

    /// <summary>Values it writes first.</summary>
    public abstract IReadOnlyList<Value> Outputs { get; }

    /// <summary>The layer that ends with this step, or −1.</summary>
    public int EndsLayer { get; set; } = -1;

    /// <summary>The fewest items worth handing out.</summary>
    public virtual int Grain => 1;

    /// <summary>Tells the step where its values live.</summary>
    public abstract void Bind(ReadOnlySpan<nint> buffers);

    /// <summary>How many items a run has; 0 when there is nothing to do.</summary>
    public abstract int Items(PlanRun* run);

    /// <summary>Does some items.</summary>
    /// <param name="run">The run.</param>
    /// <param name="begin">The first item.</param>
    /// <param name="end">The item after the last.</param>
    /// <param name="member">Who does them, for scratch of its own.</param>
    /// <param name="isFirst">True for the member's first items of this step and run.</param>
    public abstract void Run(PlanRun* run, int begin, int end, int member, bool isFirst);
}
