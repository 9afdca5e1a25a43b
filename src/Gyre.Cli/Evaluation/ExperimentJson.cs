using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Cli.Evaluation;

/// <summary>An experiment's tables as JSON on standard output.</summary>
internal static class ExperimentJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new ValueConverter() },
    };

    /// <summary>The result with the models' digests, and what else was measured.</summary>
    public static string Write(ExperimentResult result, IReadOnlyDictionary<string, string> models, JsonNode? overlap)
    {
        var json = new JsonObject
        {
            ["name"] = result.Name,
            ["dataset"] = result.Dataset,
            ["datasetDigest"] = result.DatasetDigest,
            ["count"] = result.Rows,
            ["passed"] = result.Passed,
            ["gateOpen"] = result.Gates.Count == 0 ? null : result.IsGateOpen,
            ["baseline"] = result.Baseline,
            ["models"] = JsonSerializer.SerializeToNode(models, Options),
            ["candidates"] = JsonSerializer.SerializeToNode(result.Candidates, Options),
            ["metrics"] = JsonSerializer.SerializeToNode(result.Cells, Options),
            ["comparisons"] = JsonSerializer.SerializeToNode(result.Comparisons, Options),
            ["gates"] = JsonSerializer.SerializeToNode(result.Gates, Options),
        };
        if (overlap is not null)
        {
            json["overlap"] = overlap;
        }

        return json.ToJsonString(Options);
    }

    /// <summary>A number, or the reason that there is none.</summary>
    private sealed class ValueConverter : JsonConverter<MetricValue>
    {
        public override MetricValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Results are only written here.");

        public override void Write(Utf8JsonWriter writer, MetricValue value, JsonSerializerOptions options)
        {
            if (value.IsDefined)
            {
                writer.WriteNumberValue(value.Number);
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("undefined", JsonNamingPolicy.CamelCase.ConvertName(value.Reason.Cause.ToString()));
            writer.WriteString("detail", value.Reason.Detail);
            writer.WriteEndObject();
        }
    }
}
