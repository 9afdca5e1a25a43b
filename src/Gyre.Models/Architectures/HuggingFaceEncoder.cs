using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Reads and writes config.json of encoder-only models.</summary>
internal static class HuggingFaceEncoder
{
    /// <summary>Says that types mark passages; a key of our own, which other programs pass over.</summary>
    public const string PassageMarksKey = "gyre_passage_marks";

    private const string Reading = "Read model configuration";
    private const int DefaultLabels = 2;
    private const int MaxLabels = 1 << 16;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What the names of classes end with, and the head that they have.</summary>
    private static readonly (string End, EncoderHead Head)[] Classes =
    [
        ("Model", EncoderHead.None),
        ("ForMaskedLM", EncoderHead.MaskedWords),
        ("ForPreTraining", EncoderHead.MaskedWords),
        ("ForSequenceClassification", EncoderHead.SequenceLabels),
        ("ForTokenClassification", EncoderHead.TokenLabels),
        ("ForQuestionAnswering", EncoderHead.AnswerSpan),
    ];

    public static EncoderConfiguration Read(string json, string source)
    {
        var root = HuggingFaceConfiguration.Parse(json, source);
        var faults = new List<string>();
        var type = new ConfigurationFields(root, faults).Text("model_type", "");
        var family = EncoderFamily.Find(type)
            ?? throw Architecture.Unknown($"{Reading}: found model_type", type, EncoderFamily.All.Select(known => known.Name), source);
        var configuration = Read(new ConfigurationFields(root, faults, family.FieldNames), family, root);
        faults.AddRange(configuration.Validate());
        return faults.Count == 0 ? configuration : throw HuggingFaceConfiguration.Faulty(faults, source);
    }

    public static string Write(EncoderConfiguration configuration)
    {
        var c = configuration;
        var family = EncoderFamily.Find(c.Architecture) ?? throw Architecture.Unknown(
            "Write model configuration: found architecture", c.Architecture, EncoderFamily.All.Select(known => known.Name), "the given configuration");
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(family.ClassPrefix + Classes.First(known => known.Head == c.Head).End),
            ["model_type"] = c.Architecture,
        };
        Set("vocab_size", c.VocabularySize);
        Set("hidden_size", c.HiddenSize);
        Set("intermediate_size", c.IntermediateSize);
        Set("num_hidden_layers", c.Layers);
        Set("num_attention_heads", c.Heads);
        Set("hidden_act", ActivationNames.NameOf(c.Activation));
        Set("max_position_embeddings", c.Positions);
        Set("type_vocab_size", c.TokenTypes);
        Set("layer_norm_eps", (double)(decimal)c.NormEpsilon);
        Set("initializer_range", (double)(decimal)c.InitialDeviation);
        Set("tie_word_embeddings", c.TieEmbeddings);
        Set("position_embedding_type", "absolute");
        Set("torch_dtype", "float32");
        if (c.MarksPassages)
        {
            json[PassageMarksKey] = true;
        }

        if (c.PaddingId is { } padding)
        {
            json["pad_token_id"] = padding;
        }

        if (c.Head is EncoderHead.SequenceLabels or EncoderHead.TokenLabels)
        {
            WriteLabels(c, json);
        }

        return json.ToJsonString(Indented) + "\n";

        void Set(string name, JsonNode value)
        {
            if (family.FieldName(name) is { } own)
            {
                json[own] = value;
            }
        }
    }

    private static EncoderConfiguration Read(ConfigurationFields fields, EncoderFamily family, JsonObject root)
    {
        var head = ReadHead(fields, family);
        var padding = fields.OptionalInteger("pad_token_id");
        Expect(fields, "position_embedding_type", "absolute");
        if (fields.Boolean("is_decoder", false))
        {
            fields.Fault("is_decoder", "true", "false: this room runs the network as an encoder");
        }

        var labels = head is EncoderHead.SequenceLabels or EncoderHead.TokenLabels ? ReadLabels(fields, root) : [];
        return new EncoderConfiguration
        {
            Architecture = family.Name,
            VocabularySize = fields.Integer("vocab_size"),
            HiddenSize = fields.Integer("hidden_size"),
            IntermediateSize = fields.Integer("intermediate_size"),
            Layers = fields.Integer("num_hidden_layers"),
            Heads = fields.Integer("num_attention_heads"),
            Positions = fields.Integer("max_position_embeddings"),
            FirstPosition = family.CountsFromPadding ? (int)Math.Clamp((padding ?? 1) + 1L, 0, int.MaxValue) : 0,
            TokenTypes = family.FieldName("type_vocab_size") is null ? 0 : fields.Integer("type_vocab_size", 2),
            MarksPassages = fields.Boolean(PassageMarksKey, false),
            NormEpsilon = (float)fields.Number("layer_norm_eps", 1e-12),
            Activation = ActivationNames.Read(fields, "hidden_act", ActivationFunction.Gelu),
            Head = head,
            HasPooler = family.Pooler is not null,
            TieEmbeddings = fields.Boolean("tie_word_embeddings", true),
            Labels = labels,
            Problem = ReadProblem(fields, labels.Count),
            PaddingId = padding,
            InitialDeviation = (float)fields.Number("initializer_range", 0.02),
        };
    }

    private static EncoderHead ReadHead(ConfigurationFields fields, EncoderFamily family)
    {
        var names = fields.Texts("architectures");
        if (names.Count == 0)
        {
            return EncoderHead.None;
        }

        foreach (var (end, head) in Classes)
        {
            if (names[0] == family.ClassPrefix + end)
            {
                return head;
            }
        }

        fields.Fault("architectures", $"'{names[0]}'", string.Join(", ", Classes.Select(known => family.ClassPrefix + known.End)));
        return EncoderHead.None;
    }

    /// <summary>The labels by index: <c>id2label</c>, or as many as <c>num_labels</c> says, named by number as the format does.</summary>
    private static IReadOnlyList<string> ReadLabels(ConfigurationFields fields, JsonObject root)
    {
        if (root["id2label"] is null)
        {
            var count = Math.Clamp(fields.Integer("num_labels", DefaultLabels), 0, MaxLabels);
            return [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))];
        }

        var byIndex = new SortedDictionary<int, string>();
        if (root["id2label"] is JsonObject map && map.Count <= MaxLabels)
        {
            foreach (var (key, value) in map)
            {
                if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    && value is JsonValue text && text.TryGetValue<string>(out var label))
                {
                    byIndex[index] = label;
                }
            }

            if (byIndex.Count == map.Count && byIndex.Keys.Select((key, i) => key == i).All(isInPlace => isInPlace))
            {
                return [.. byIndex.Values];
            }
        }

        fields.Fault("id2label", "something else", "an object of label names with the keys \"0\", \"1\" and so on");
        return [];
    }

    private static ClassificationProblem ReadProblem(ConfigurationFields fields, int labels)
    {
        var name = fields.Text("problem_type", "");
        switch (name)
        {
            case "single_label_classification":
                return ClassificationProblem.SingleLabel;
            case "multi_label_classification":
                return ClassificationProblem.MultipleLabels;
            case "regression":
                return ClassificationProblem.Regression;
            case "":
                return labels == 1 ? ClassificationProblem.Regression : ClassificationProblem.SingleLabel;
            default:
                fields.Fault("problem_type", $"'{(name.Length <= 40 ? name : name[..40] + "…")}'", "single_label_classification, multi_label_classification or regression");
                return ClassificationProblem.SingleLabel;
        }
    }

    private static void WriteLabels(EncoderConfiguration c, JsonObject json)
    {
        json["id2label"] = new JsonObject(c.Labels.Select((label, i) => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), (JsonNode?)label)));
        var indices = new JsonObject();
        for (var i = 0; i < c.Labels.Count; i++)
        {
            indices[c.Labels[i]] = i;
        }

        json["label2id"] = indices;
        json["problem_type"] = c.Problem switch
        {
            ClassificationProblem.MultipleLabels => "multi_label_classification",
            ClassificationProblem.Regression => "regression",
            _ => "single_label_classification",
        };
    }

    private static void Expect(ConfigurationFields fields, string name, string expected)
    {
        var found = fields.Text(name, expected);
        if (found != expected)
        {
            fields.Fault(name, $"'{(found.Length <= 40 ? found : found[..40] + "…")}'", expected);
        }
    }
}
