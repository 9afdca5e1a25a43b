namespace Gyre.Models.Constraints;

/// <summary>The work that one compilation may still do: counted steps, not time, so that the same input always ends the same way.</summary>
/// <param name="what">What is compiled, as messages name it.</param>
internal sealed class CompileBudget(string what)
{
    /// <summary>Steps of all loops together; some tenths of a second.</summary>
    public const long MaxSteps = 6_000_000;

    /// <summary>States of one automaton.</summary>
    public const int MaxStates = 200_000;

    private long _left = MaxSteps;

    /// <summary>What is compiled, as messages name it.</summary>
    public string What => what;

    /// <summary>Steps done so far.</summary>
    public long Spent => MaxSteps - _left;

    /// <summary>Counts steps. Errors: RUN0703 past the limit.</summary>
    public void Spend(long steps)
    {
        _left -= steps;
        if (_left < 0)
        {
            throw ConstraintErrors.TooLarge(what, $"compiling it takes more than {MaxSteps:N0} steps", "fewer alternatives, shorter repetitions or less nesting");
        }
    }

    /// <summary>Checks a number of states. Errors: RUN0703 past the limit.</summary>
    public void CheckStates(int states)
    {
        if (states > MaxStates)
        {
            throw ConstraintErrors.TooLarge(what, $"it needs more than {MaxStates:N0} states", "fewer alternatives or shorter repetitions");
        }
    }
}
