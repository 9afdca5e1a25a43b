using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>One operation of a recorded forward pass; all members of the team run it together, each on its slice.</summary>
[HotPath]
internal abstract unsafe class PlanStep
{
    /// <summary>Values it reads.</summary>
    public abstract IReadOnlyList<Value> Inputs { get; }

    /// <summary>Values it writes first.</summary>
    public abstract IReadOnlyList<Value> Outputs { get; }

    /// <summary>The layer that ends with this step, or −1.</summary>
    public int EndsLayer { get; set; } = -1;

    /// <summary>Tells the step where its values live.</summary>
    public abstract void Bind(ReadOnlySpan<nint> buffers);

    /// <summary>Runs this member's slice. The plan puts a barrier after every step.</summary>
    public abstract void Run(PlanRun* run, int member, ThreadTeam team);
}
