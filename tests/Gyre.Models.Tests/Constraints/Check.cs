using System.Text;
using Gyre.Models.Constraints;

namespace Gyre.Models.Tests.Constraints;

/// <summary>Checks that several tests share.</summary>
internal static class Check
{
    public static bool Satisfies(this Constraint constraint, string text) => constraint.IsSatisfiedBy(Encoding.UTF8.GetBytes(text));

    /// <summary>Byte by byte against the automaton, and whole against the other validator.</summary>
    public static void Schema(string schema, string[] accepted, string[] refused, ConstraintOptions? options = null)
    {
        var constraint = Constraint.FromJsonSchema(schema, options);
        foreach (var text in accepted)
        {
            constraint.Satisfies(text).ShouldBeTrue($"{schema} should allow {text}");
            ReferenceValidator.IsValid(schema, Encoding.UTF8.GetBytes(text)).ShouldBeTrue($"the validator should allow {text} for {schema}");
        }

        foreach (var text in refused)
        {
            constraint.Satisfies(text).ShouldBeFalse($"{schema} should refuse {text}");
        }
    }

    /// <summary>As <see cref="Schema"/>, where the validator must refuse too: not a matter of normal form.</summary>
    public static void Invalid(string schema, params string[] refused)
    {
        var constraint = Constraint.FromJsonSchema(schema);
        foreach (var text in refused)
        {
            constraint.Satisfies(text).ShouldBeFalse($"{schema} should refuse {text}");
            ReferenceValidator.IsValid(schema, Encoding.UTF8.GetBytes(text)).ShouldBeFalse($"the validator should refuse {text} for {schema}");
        }
    }

    public static string Refusal(Action action, string code)
    {
        var error = Should.Throw<ModelException>(action);
        error.Code.ShouldBe(code, error.Message);
        return error.Message;
    }
}
