"""Acts outside any case: agreements of clusters, and the rulebook of the guards. Who may do what, as one table.

Two people: what one board member proposes, another one confirms (§4, P1). Nothing here reaches back: a change counts
from the next working day, for requests received then.
"""

from domain.people import Role

LEADERS = (Role.LEADER_1, Role.LEADER_2, Role.LEADER_3)

TABLE: dict[str, tuple[Role, ...]] = {
    "sign_accession": LEADERS,  # of the body whose team joins
    "give_notice": LEADERS,  # of the body whose team leaves
    "propose_terms": (Role.BOARD,),  # of that cluster
    "confirm_terms": (Role.BOARD,),  # of that cluster, and not who proposed
    "propose_rule": (Role.BOARD,),  # of any cluster
    "confirm_rule": (Role.BOARD,),  # of any cluster, and not who proposed
    "question_block": (Role.REQUESTER, Role.RISK_OWNER),  # of the team whose request was out of scope
    "answer_question": (Role.BOARD,),
    "state_appetite": LEADERS,  # of that body (P8)
    "name_canary": LEADERS,  # of one of the two bodies in the case
    "close_canary": LEADERS,  # of the body that named it
}
