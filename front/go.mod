module kubectl-oidc/front

go 1.26
