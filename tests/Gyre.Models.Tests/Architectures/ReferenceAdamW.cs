using System.Text.Json.Nodes;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;

namespace Gyre.Models.Tests.Architectures;

/// <summary>AdamW as the goldens define it, in double precision, every parameter decayed.</summary>
internal sealed class ReferenceAdamW(IReadOnlyList<Parameter> parameters, JsonNode settings)
{
    private readonly double[][] _values = [.. parameters.Select(parameter => Array.ConvertAll(parameter.Value.ToArray(), value => (double)value))];
    private readonly double[][] _means = [.. parameters.Select(parameter => new double[parameter.Value.Length])];
    private readonly double[][] _squares = [.. parameters.Select(parameter => new double[parameter.Value.Length])];
    private readonly double _rate = (double)settings["lr"]!;
    private readonly double _beta1 = (double)settings["betas"]![0]!;
    private readonly double _beta2 = (double)settings["betas"]![1]!;
    private readonly double _epsilon = (double)settings["eps"]!;
    private readonly double _decay = (double)settings["weight_decay"]!;
    private int _step;

    public void Step() => Move(null);

    /// <summary>A step of an adapter, which looks at the gradients before they are cleared.</summary>
    public void Step(int number, TrainableAdapter adapter) => Move(() => Changed(number, adapter));

    private void Changed(int number, TrainableAdapter adapter)
    {
        adapter.AfterStep(number);
        for (var p = 0; p < parameters.Count; p++)
        {
            var now = parameters[p].Value.Span;
            for (var i = 0; i < now.Length; i++)
            {
                _values[p][i] = now[i] == (float)_values[p][i] ? _values[p][i] : now[i];
            }
        }
    }

    private void Move(Action? beforeClearing)
    {
        _step++;
        for (var p = 0; p < parameters.Count; p++)
        {
            var gradient = parameters[p].Value.Gradient!.ToArray(); // A backward pass came before.
            var (values, means, squares) = (_values[p], _means[p], _squares[p]);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] *= 1 - (_rate * _decay);
                means[i] = (_beta1 * means[i]) + ((1 - _beta1) * gradient[i]);
                squares[i] = (_beta2 * squares[i]) + ((1 - _beta2) * gradient[i] * gradient[i]);
                var denominator = (Math.Sqrt(squares[i]) / Math.Sqrt(1 - Math.Pow(_beta2, _step))) + _epsilon;
                values[i] -= _rate / (1 - Math.Pow(_beta1, _step)) * means[i] / denominator;
            }

            parameters[p].Value.CopyFrom(Array.ConvertAll(values, value => (float)value));
        }

        beforeClearing?.Invoke();
        foreach (var parameter in parameters)
        {
            parameter.Value.ZeroGradient();
        }
    }
}
