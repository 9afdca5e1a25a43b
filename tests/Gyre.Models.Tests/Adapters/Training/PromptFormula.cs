using Gyre.Models.Adapters.Training;

namespace Gyre.Models.Tests.Adapters.Training;

/// <summary>P-tuning's encoders written from their formulas, in double precision.</summary>
internal static class PromptFormula
{
    public static double[] Of(TrainableAdapter adapter, PromptEncoder encoder, int tokens, int inner)
    {
        var values = adapter.Parameters.ToDictionary(
            parameter => parameter.Name["prompt_encoder.".Length..], parameter => Array.ConvertAll(parameter.Value.ToArray(), value => (double)value), StringComparer.Ordinal);
        var x = values["embedding.weight"].Chunk(values["embedding.weight"].Length / tokens).ToArray();
        if (encoder == PromptEncoder.Recurrent)
        {
            for (var layer = 0; layer < 2; layer++)
            {
                var forward = Recurrent(values, x, layer, "", inner);
                var backward = Recurrent(values, [.. x.Reverse()], layer, "_reverse", inner).Reverse().ToArray();
                x = [.. forward.Zip(backward, (a, b) => (double[])[.. a, .. b])];
            }
        }

        string[] names = encoder == PromptEncoder.Recurrent ? ["mlp_head.0", "mlp_head.2"] : ["mlp_head.0", "mlp_head.2", "mlp_head.4"];
        foreach (var name in names)
        {
            x = [.. x.Select(row => Linear(row, values[name + ".weight"], values[name + ".bias"]))];
            x = name == names[^1] ? x : [.. x.Select(row => Array.ConvertAll(row, value => Math.Max(0, value)))];
        }

        return [.. x.SelectMany(row => row)];
    }

    private static double[][] Recurrent(Dictionary<string, double[]> values, double[][] rows, int layer, string end, int width)
    {
        double[] Get(string name) => values[$"lstm_head.{name}_l{layer}{end}"];
        var (state, cell) = (new double[width], new double[width]);
        var results = new List<double[]>();
        foreach (var row in rows)
        {
            var given = Linear(row, Get("weight_ih"), Get("bias_ih"));
            var own = Linear(state, Get("weight_hh"), Get("bias_hh"));
            var next = new double[width];
            for (var i = 0; i < width; i++)
            {
                double Gate(int gate) => given[(gate * width) + i] + own[(gate * width) + i];
                cell[i] = (Sigmoid(Gate(1)) * cell[i]) + (Sigmoid(Gate(0)) * Math.Tanh(Gate(2)));
                next[i] = Sigmoid(Gate(3)) * Math.Tanh(cell[i]);
            }

            state = next;
            results.Add(next);
        }

        return [.. results];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double[] Linear(double[] x, double[] weight, double[] bias) =>
        [.. bias.Select((start, row) => start + x.Select((value, i) => value * weight[(row * x.Length) + i]).Sum())];
}
