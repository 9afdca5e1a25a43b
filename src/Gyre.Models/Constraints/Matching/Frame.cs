namespace Gyre.Models.Constraints.Matching;

/// <summary>A call that is under way: where its rule goes on, and the call around it. Shared by everything above it.</summary>
internal sealed class Frame(long id, int returnState, Frame? parent)
{
    private Configuration? _continuation;

    /// <summary>Orders the frames of one machine.</summary>
    public long Id => id;

    public int Return => returnState;

    public Frame? Parent => parent;

    /// <summary>What may follow once the called rule has ended; filled in when first needed.</summary>
    public Configuration? Continuation
    {
        get => Volatile.Read(ref _continuation);
        set => Volatile.Write(ref _continuation, value);
    }
}
