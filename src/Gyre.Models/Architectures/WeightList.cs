namespace Gyre.Models.Architectures;

/// <summary>Collects the weights of an architecture while it is being defined.</summary>
internal sealed class WeightList
{
    private readonly List<WeightSpec> _specs = [];

    public IReadOnlyList<WeightSpec> Specs => _specs;

    public WeightSpec Embedding(string name, int rows, int columns, float deviation) =>
        Add(name, rows, columns, WeightRole.Embedding, deviation);

    public WeightSpec Norm(string name, int width) => Add(name, width, 1, WeightRole.Norm, 0);

    public Projection Projection(string module, int outputs, int inputs, bool hasBias, float deviation) => new(
        Add(module + ".weight", outputs, inputs, WeightRole.Matrix, deviation),
        hasBias ? Add(module + ".bias", outputs, 1, WeightRole.Bias, 0) : null);

    private WeightSpec Add(string name, int rows, int columns, WeightRole role, float deviation)
    {
        var spec = new WeightSpec(_specs.Count, name, rows, columns, role) { InitialDeviation = deviation };
        _specs.Add(spec);
        return spec;
    }
}
