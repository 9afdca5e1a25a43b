using System.Text;
using System.Text.Json.Nodes;
using Gyre.Models;
using Gyre.Models.Constraints;
using Gyre.Models.Tools;
using Gyre.Server.Http;

namespace Gyre.Server.Generation;

/// <summary>Makes what an answer must look like out of a request's tools and form; keeps the newest, as they learn in use.</summary>
/// <remarks>Safe for several threads.</remarks>
internal sealed class AnswerConstraints
{
    /// <summary>Enough for the forms that the applications of one server use; each is small until it is used.</summary>
    private const int Most = 128;

    private readonly ConstraintCache _known = new(Most);

    /// <summary>The constraint of a request; null when its answer is free.</summary>
    /// <param name="model">What answers.</param>
    /// <param name="tools">The functions on offer.</param>
    /// <param name="format">The form of the text; null for free text.</param>
    public Constraint? Create(LanguageModel model, ToolUse tools, AnswerFormat? format)
    {
        if (!tools.IsOffered)
        {
            return format is null ? null : _known.Get(format.Key, () => Compiled(format));
        }

        var family = model.ToolFormat;
        var isOpened = tools.IsRequired && family.FindOpeningToken(model.Tokenizer) is not null;
        if (!tools.IsRequired && family.FindOpeningToken(model.Tokenizer) is not null)
        {
            // The model opens its calls with a special token, which no constraint lets through: calls are read as they come.
            return format is null ? null : _known.Get(format.Key, () => Compiled(format));
        }

        var key = new StringBuilder($"tools {family.Name} {tools.IsRequired} {tools.IsParallel} {isOpened} {format?.Key}");
        foreach (var tool in tools.Callable)
        {
            key.Append('\0').Append(tool.Name).Append('\0').Append(tool.IsStrict).Append(tool.Parameters?.ToJsonString(JsonText.Relaxed));
        }

        return _known.Get(key.ToString(), () =>
        {
            var calls = tools.Callable.Select(tool => (tool.Name, Arguments(tool, tools))).ToList();
            return tools.IsRequired ? family.ConstrainCalls(calls, tools.IsParallel, isOpened)
                : format is null ? family.ConstrainTextOrCalls(calls, tools.IsParallel)
                : Constraint.Choice(family.ConstrainCalls(calls, tools.IsParallel, isOpened: false), Compiled(format));
        });
    }

    /// <summary>What a function's arguments must look like; any object where a schema cannot be enforced and need not be.</summary>
    private static Constraint Arguments(ToolDefinition tool, ToolUse tools)
    {
        if (tool.Parameters is null)
        {
            return Constraint.Literal("{}");
        }

        try
        {
            return Constraint.FromJsonSchema(Typed(tool.Parameters).ToJsonString(JsonText.Relaxed));
        }
        catch (ModelException error) when (IsRefusal(error))
        {
            if (tool.IsStrict || tools.IsRequired || error.Code == "RUN0702")
            {
                throw Refused(error, tools.PlaceOf(tool));
            }

            return Constraint.AnyJsonObject();
        }
    }

    /// <summary>Arguments are an object, whether the schema says so or not.</summary>
    private static JsonObject Typed(JsonObject schema)
    {
        if (schema.ContainsKey("type"))
        {
            return schema;
        }

        var typed = schema.DeepClone().AsObject();
        typed["type"] = "object";
        return typed;
    }

    private static Constraint Compiled(AnswerFormat format)
    {
        try
        {
            return format.Compile();
        }
        catch (ModelException error) when (IsRefusal(error))
        {
            throw Refused(error, format.Place);
        }
    }

    private static bool IsRefusal(ModelException error) => error.Code is "RUN0701" or "RUN0702" or "RUN0703" or "RUN0704" or "RUN0705";

    private static ApiException Refused(ModelException error, string place) =>
        ApiException.Invalid(error.Code, $"'{place}' cannot be enforced. {error.Message} ({error.Code})", place, error);
}
