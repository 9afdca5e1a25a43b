using Gyre.Models.Adapters;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures.Training;
using Gyre.Tensors;

namespace Gyre.Models.Architectures;

/// <summary>A network in training with the adapters beside it.</summary>
/// <remarks>Owns: the adapters, until disposed; not the weights and the executor.</remarks>
internal sealed class AdaptedNetwork(AdaptedBase model, TrainableWeights weights, TapeForward forward, TensorPool pool) : IDisposable
{
    private readonly List<TrainableAdapter> _adapters = [];

    public AdaptedBase Base => model;

    public IArchitecture Architecture => model.Architecture;

    public TrainableWeights Weights => weights;

    public TapeForward Forward => forward;

    public TensorPool Pool => pool;

    public IReadOnlyList<Parameter> Parameters => Active?.Parameters ?? weights.Parameters;

    public IReadOnlyList<string> Names => [.. _adapters.Select(adapter => adapter.Name)];

    public TrainableAdapter? Active { get; private set; }

    /// <summary>Whether an adapter of the name is there.</summary>
    public bool Has(string name) => _adapters.Exists(adapter => adapter.Name == name);

    /// <summary>Takes an adapter and uses it; the network's own weights are frozen.</summary>
    public void Add(TrainableAdapter adapter)
    {
        _adapters.Add(adapter);
        weights.Freeze([]);
        Switch(adapter);
    }

    /// <summary>Forgets an adapter; the network goes on alone when it was in use.</summary>
    public void Remove(TrainableAdapter adapter)
    {
        _adapters.Remove(adapter);
        if (Active == adapter)
        {
            Switch(null);
        }
    }

    /// <remarks>Errors: <c>RUN0423</c>, <c>RUN0426</c>.</remarks>
    public void Use(string? name)
    {
        RequireUnmerged();
        Switch(name is null ? null : _adapters.Find(adapter => adapter.Name == name) ?? throw AdapterErrors.Unknown(name, Names));
    }

    /// <remarks>Errors: <c>RUN0426</c> an adapter is merged into the weights.</remarks>
    public void RequireUnmerged()
    {
        if (_adapters.Find(adapter => adapter.IsMerged) is { } merged)
        {
            throw AdapterErrors.Merged(merged.Name);
        }
    }

    /// <summary>Computes with what an adapter lays over the weights, or with the weights alone.</summary>
    public void Overlay(ITapeOverlay? overlay) => forward.Overlay = overlay;

    public void Dispose()
    {
        foreach (var adapter in _adapters.ToArray())
        {
            adapter.Dispose();
        }
    }

    private void Switch(TrainableAdapter? adapter)
    {
        Active = adapter;
        forward.Overlay = adapter?.Overlay;
    }
}
