namespace Gyre.Models.Architectures.Training;

/// <summary>The layers of a network, taken down instead of run.</summary>
internal sealed class LayerSteps
{
    /// <summary>Each layer's forward pass, in order.</summary>
    public List<Func<IForward, Value, Value>> Bodies { get; } = [];

    /// <summary>What goes into the first layer of the pass that was taken down last.</summary>
    public Value Start { get; private set; }

    public void Take(int layer, Value input, Func<IForward, Value, Value> body)
    {
        if (layer == 0)
        {
            Start = input;
        }

        if (layer == Bodies.Count)
        {
            Bodies.Add(body);
        }
    }
}
